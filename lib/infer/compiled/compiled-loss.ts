import type * as tf from "@tensorflow/tfjs-core";
import { Calls } from "../../jit/call/calls.ts";
import { Watch } from "../../jit/call/watch.ts";
import { notice } from "../../notice.ts";
import type { LossTensors } from "../elbo-estimator.ts";
import type { Program } from "../program.ts";
import { nameOwnFunctions } from "./library.ts";

type Compute = (args: unknown[]) => unknown;

/** One compiled function for each pair of model and guide; it goes when they go. */
class PairPrograms {
  readonly #calls = new WeakMap<object, WeakMap<object, Calls>>();

  of(model: object, guide: object, compute: Compute): Calls {
    let ofModel = this.#calls.get(model);
    if (ofModel === undefined) {
      ofModel = new WeakMap();
      this.#calls.set(model, ofModel);
    }
    let calls = ofModel.get(guide);
    if (calls === undefined) {
      nameOwnFunctions();
      calls = new Calls((...args) => compute(args), new Watch([model, guide]));
      ofModel.set(guide, calls);
    }
    return calls;
  }
}

/** Loss and gradients of an ELBO as compiled programs of the arguments, for each model and guide. */
export class CompiledLoss {
  readonly #name: string;
  readonly #losses = new PairPrograms();
  readonly #gradients = new PairPrograms();
  readonly #said = new WeakSet<Calls>();

  /** @param name of the estimator, for notices */
  constructor(name: string) {
    this.#name = name;
  }

  loss<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    compute: (args: A) => tf.Tensor,
  ): number {
    const loss = this.#call(this.#losses.of(model, guide, compute as Compute), args) as tf.Tensor;
    const value = loss.dataSync()[0] ?? Number.NaN;
    loss.dispose();
    return value;
  }

  tensors<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    compute: (args: A) => LossTensors,
  ): LossTensors {
    return this.#call(this.#gradients.of(model, guide, compute as Compute), args) as LossTensors;
  }

  #call(calls: Calls, args: readonly unknown[]): unknown {
    const result = calls.call(args);
    const { refusal } = calls;
    if (refusal !== undefined && !this.#said.has(calls)) {
      this.#said.add(calls);
      notice(`${this.#name} runs without the compiler here: ${refusal}.`);
    }
    return result;
  }
}
