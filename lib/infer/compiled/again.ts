import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { isControlFlow } from "../../interrupt.ts";
import { flatten } from "../../jit/call/tree.ts";
import { Refusal } from "../../jit/refusal.ts";
import { getParamStore } from "../../params/global.ts";
import { block } from "../../poutine/block.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { replay } from "../../poutine/replay.ts";
import { trace } from "../../poutine/trace.ts";
import { Trace } from "../../poutine/trace-struct.ts";
import { restoring } from "../../restoring.ts";
import { getRngState, setRngState } from "../../tensor/index.ts";
import type { Program } from "../program.ts";
import { reachable, scored } from "../weighted-trace.ts";
import type { Drawn } from "./drawn-trace.ts";

/**
 * Runs a model again on values that it once had, with the parameters and arguments of then: how distributions of a
 * compiled execution are found, of which only numbers were kept. The log-densities of its sites tell whether the model
 * is still the same.
 */
export class Again<A extends unknown[]> {
  readonly #model: Program<A>;
  readonly #args: A;
  readonly #like: Trace;
  readonly #params: Record<string, tf.Tensor> = {};
  /** What it keeps alive. */
  readonly tensors: readonly tf.Tensor[];

  /** @param like a trace of the model with these arguments, just made */
  constructor(model: Program<A>, args: A, like: Trace) {
    this.#model = model;
    this.#like = like;
    const { own, tensors } = copied(args);
    this.#args = own;
    for (const node of like.nodes.values()) {
      if (node.type !== "param" || node.unconstrained === undefined) continue;
      const value = getParamStore().get(node.name);
      if (value !== undefined) this.#params[node.name] = copy(value);
    }
    this.tensors = [...tensors, ...Object.values(this.#params)];
  }

  /** Random numbers, parameters and the handlers that are entered now are left as they are. */
  run(drawn: Drawn): Trace {
    const rng = getRngState();
    let made: Trace | undefined;
    const replayed = () => {
      tf.tidy(() => {
        made = block(null, { hideAll: true }).run(() => this.#replay(drawn));
        this.#check(made, drawn, getRngState().counter !== rng.counter);
        return reachable(made) as tf.Tensor[];
      });
      return made as unknown as Trace;
    };
    try {
      return restoring(() => setRngState(rng), replayed);
    } catch (error) {
      throw isControlFlow(error) ? error : notAgain(error);
    }
  }

  #replay({ values }: Drawn): Trace {
    const known = new Trace();
    for (const site of this.#like.sampleSites()) {
      if (!site.isObserved) known.addNode(site.name, { ...site, value: values[site.name] ?? site.value });
    }
    const program = replay(this.#model, { trace: known, params: this.#params });
    const made = trace(program).getTrace(...this.#args);
    made.computeLogProb(scored);
    made.logPdf(scored);
    return made;
  }

  #check(made: Trace, { logPdfs }: Drawn, drew: boolean): void {
    if (drew) throw changed("it draws random numbers that no site of it has");
    const sites = [...made.nodes.keys()].join(", ");
    if (sites !== [...this.#like.nodes.keys()].join(", ")) throw changed(`now its sites are ${sites}`);
    for (const [name, then] of Object.entries(logPdfs)) {
      const [a, b] = [then, (made.get(name) as SampleSite).logPdf].map((x) => x?.dataSync()[0] ?? Number.NaN);
      if (!alike(a as number, b as number))
        throw changed(`the log-density of site "${name}" was ${a} and is ${b} now`);
    }
  }
}

/** Float32 sums of many terms, in another order. */
const TOLERANCE = 1e-3;

function alike(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
}

/** Arguments with tensors and arrays of their own, as far as they are plain. */
function copied<A extends unknown[]>(args: A): { own: A; tensors: readonly tf.Tensor[] } {
  try {
    const flat = flatten(args, "an argument");
    // They share their data, which does not change.
    const tensors = flat.tensors.map((tensor) => tf.clone(tensor));
    return { own: flat.build(tensors) as A, tensors };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { own: args, tensors: [] };
  }
}

/** The data of a variable may be written to. */
function copy(x: tf.Tensor): tf.Tensor {
  return tf.tensor(x.dataSync().slice(), x.shape, x.dtype);
}

function changed(got: string): Error {
  return pyroError({ what: "The model is not what it was when it ran", got });
}

function notAgain(cause: unknown): Error {
  return pyroError({
    what: "The distributions of a compiled execution cannot be found again",
    where: "a trace of a posterior",
    expected: "a model that does the same as when it ran, with the data that it had",
    got: cause instanceof Error ? (cause.message.split("\n\n", 1)[0] as string) : String(cause),
    try: "Importance(model, { compile: false }), whose traces keep their distributions; values and log-densities are there as they are",
    cause,
  });
}
