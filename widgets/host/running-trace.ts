import type { TraceSitesData } from "../views/trace-sites.ts";
import type { LiveContent, ShowOptions } from "./shown.ts";
import { TraceView } from "./shown-trace.ts";
import { hasFunction, type RunNews } from "./sources.ts";

/** An `SVI`, by what a trace that follows it asks of it. */
export interface TracedSource<A extends unknown[]> {
  readonly model: (...args: A) => unknown;
  readonly guide: (...args: A) => unknown;
  readonly losses: ArrayLike<number>;
  subscribe(listener: (news: RunNews) => void): () => void;
}

export function isTracedSource<A extends unknown[]>(value: unknown): value is TracedSource<A> {
  return (
    hasFunction(value, "subscribe") &&
    hasFunction(value, "model") &&
    hasFunction(value, "guide") &&
    "losses" in value
  );
}

/** The trace of a model with its guide at the parameters of now, while a run moves them. */
export class RunningTrace extends TraceView {
  readonly #svi: Pick<TracedSource<never>, "losses" | "subscribe">;
  readonly #every: number;
  readonly #trace: () => TraceSitesData;
  #step: number;

  /** @param every steps between two traces, at least */
  constructor(
    svi: Pick<TracedSource<never>, "losses" | "subscribe">,
    trace: () => TraceSitesData,
    every: number,
    options: ShowOptions,
  ) {
    super(trace(), options);
    this.#svi = svi;
    this.#every = every;
    this.#trace = trace;
    this.#step = svi.losses.length;
  }

  protected override live(): LiveContent {
    return {
      view: "trace-sites",
      controls: ["pause", "step", "stop"],
      data: () => this.#now(this.#every),
      bundle: () => {
        this.#now(1);
        return this.bundle();
      },
      plain: () => this.plain(),
      subscribe: (listener) => this.#svi.subscribe((run) => listener({ run })),
    };
  }

  #now(every: number): TraceSitesData {
    const step = this.#svi.losses.length;
    if (Math.abs(step - this.#step) < every) return this.data;
    this.#step = step;
    try {
      this.data = this.#trace();
    } catch {
      // What is wrong with the model is for the run to say; the last trace stays.
    }
    return this.data;
  }
}
