import * as tf from "@tensorflow/tfjs-core";
import { onRunStart } from "../../lib/infer/run-events.ts";
import type { ParamRow } from "../views/param-columns.ts";
import { currentHost } from "./host.ts";
import { type LiveContent, Shown, type ShowOptions } from "./shown.ts";
import type { StoreSource } from "./sources.ts";
import { openStudio, type Studio, svgDataUrl } from "./static.ts";

/**
 * The ParamStore as a table that follows it live: name, shape, constraint, the cell that made it, steps,
 * mean ± sd of its elements and the course of the mean.
 */
export function paramStoreView(store: StoreSource, options: ShowOptions = {}): ParamStoreView {
  return new ParamStoreView(store, options);
}

export class ParamStoreView extends Shown {
  readonly #store: StoreSource;
  readonly #histories = new Map<string, History>();

  constructor(store: StoreSource, options: ShowOptions) {
    super(options);
    this.#store = store;
  }

  data(): { rows: ParamRow[] } {
    const names = [...this.#store.keys()];
    for (const name of this.#histories.keys()) if (!names.includes(name)) this.#histories.delete(name);
    return { rows: names.flatMap((name) => this.#row(name) ?? []) };
  }

  override plain(): string {
    const names = [...this.#store.keys()];
    return `ParamStore: ${names.length} parameter${names.length === 1 ? "" : "s"}${names.length > 0 ? ` (${names.join(", ")})` : ""}`;
  }

  /** A real table: its text can be searched and copied; only the sparklines are images. */
  override async toHTML(): Promise<string> {
    const { views, document } = await openStudio();
    const table = views.paramTable(this.data(), { document, ...this.options });
    for (const svg of Array.from(table.querySelectorAll("svg"))) {
      const image = document.createElement("img");
      image.setAttribute("src", svgDataUrl(views.serialize(svg)));
      image.setAttribute("alt", svg.getAttribute("aria-label") ?? "");
      svg.replaceWith(image);
    }
    return views.serialize(table);
  }

  protected override draw({ views, document }: Studio): Element {
    return views.paramTableSvg(this.data(), { document, ...this.options });
  }

  protected override live(): LiveContent {
    return {
      view: "param-table",
      controls: [],
      data: () => this.data(),
      bundle: () => this.bundle(),
      plain: () => this.plain(),
      subscribe: (listener) => this.#watch(() => listener({})),
    };
  }

  /** The store tells of values that are set; what an optimizer moves is heard of through the runs. */
  #watch(changed: () => void): () => void {
    const runs = new Set<() => void>();
    const ends = [
      this.#store.onChange(changed),
      onRunStart((run) => {
        const end = run.subscribe(({ done }) => {
          changed();
          if (!done) return;
          end();
          runs.delete(end);
        });
        runs.add(end);
      }),
    ];
    return () => {
      for (const end of [...ends, ...runs]) end();
    };
  }

  #row(name: string): ParamRow | undefined {
    const store = this.#store;
    const read = tf.tidy(() => {
      const value = store.get(name);
      return value && { shape: [...value.shape], values: value.dataSync() };
    });
    if (read === undefined) return undefined;
    const { mean, sd } = moments(read.values);
    const history = this.#histories.get(name) ?? new History();
    this.#histories.set(name, history);
    history.push(mean);
    const owner = store.ownerOf?.(name) ?? undefined;
    const steps = store.stepsOf?.(name);
    return {
      name,
      shape: read.shape,
      constraint: store.getConstraint?.(name).name ?? "real",
      ...(owner !== undefined && { cell: currentHost()?.cellLabel?.(owner) ?? owner.slice(0, 8) }),
      ...(steps !== undefined && { steps }),
      mean,
      sd,
      history: history.values(),
    };
  }
}

/** The course of a mean in at most `most` points, evenly spread over the time it was watched. */
class History {
  #points: number[] = [];
  #stride = 1;
  #seen = 0;
  #last = Number.NaN;

  push(value: number): void {
    this.#last = value;
    if (this.#seen++ % this.#stride !== 0) return;
    this.#points.push(value);
    if (this.#points.length < most) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  values(): Float32Array {
    return Float32Array.from([...this.#points, this.#last]);
  }
}

const most = 160;

function moments(values: ArrayLike<number>): { mean: number; sd: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] ?? 0) - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / values.length) };
}
