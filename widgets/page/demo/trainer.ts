import type { SVI } from "../../../lib/infer/svi.ts";
import type { Library, RngState } from "./library.ts";
import type { DemoModel, MakeDemoModel } from "./model.ts";

/** The script that `library.ts` becomes. */
export type Tools = typeof import("./library.ts");

let last: Promise<unknown> = Promise.resolve();

/** Demos of one page share a thread, a parameter store and a stream of random numbers: they step one after the other. */
function inTurn<T>(f: () => Promise<T>): Promise<T> {
  const mine = last.then(f);
  last = mine.catch(() => {});
  return mine;
}

let trainers = 0;

/** One model in training: its parameters and its random numbers are its own, whatever else the page computes. */
export class Trainer {
  readonly demo: DemoModel;
  readonly #tools: Tools;
  readonly #svi: SVI<[]>;
  readonly #prefix = `tspyro-demo-${++trainers}.`;
  #rng: RngState;

  constructor(tools: Tools, make: MakeDemoModel, { seed, lr }: { seed: number; lr: number | undefined }) {
    const { library, getRngState, setRngState } = tools;
    this.#tools = tools;
    const named = ((name: string, ...rest: never[]) =>
      (library.param as (...all: unknown[]) => unknown)(this.#prefix + name, ...rest)) as Library["param"];
    this.demo = make(library, named);
    const { model, guide } = this.demo;
    this.#svi = new library.SVI(model, guide, new library.optim.Adam({ lr: lr ?? this.demo.lr }), "ELBO");
    const others = getRngState();
    library.setRngSeed(seed);
    this.#rng = getRngState();
    setRngState(others);
  }

  /** Losses of all steps so far. */
  get losses(): Float32Array {
    return this.#svi.losses;
  }

  /** Takes some steps, when it is this one's turn, but none beyond a total. */
  take(steps: number, total: number): Promise<void> {
    const { getRngState, setRngState } = this.#tools;
    return inTurn(async () => {
      const due = Math.min(steps, total - this.losses.length);
      if (due <= 0) return;
      const others = getRngState();
      setRngState(this.#rng);
      try {
        await this.#svi.run(due, { progress: false });
      } finally {
        this.#rng = getRngState();
        setRngState(others);
      }
    });
  }

  /** Values of the parameters, by the names that the model gives them. */
  params(): Readonly<Record<string, readonly number[]>> {
    const own = [...this.#tools.library.getParamStore().entries()].filter(([name]) =>
      name.startsWith(this.#prefix),
    );
    return Object.fromEntries(
      own.map(([name, value]) => [name.slice(this.#prefix.length), [...value.dataSync()]]),
    );
  }

  /** Forgets its parameters, and what the optimizer knows of them, when the step under way is done. */
  close(): Promise<void> {
    const store = this.#tools.library.getParamStore();
    return inTurn(async () => {
      for (const name of [...store.keys()]) if (name.startsWith(this.#prefix)) store.delete(name);
    });
  }
}
