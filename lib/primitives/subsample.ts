/** The index set of a subsampled plate: a sample site named after the plate, without a density of interest. */
import * as tf from "@tensorflow/tfjs-core";
import { constraints, Distribution } from "../distributions/index.ts";
import type { SampleMessage } from "../poutine/message.ts";
import { applyStack } from "../poutine/stack.ts";
import { permutation } from "../tensor/index.ts";

/** Draws `subsampleSize` different indices out of `size`; replayed from guide to model like any site. */
export function drawIndices(name: string, size: number, subsampleSize: number): tf.Tensor1D {
  const msg: SampleMessage = {
    type: "sample",
    name,
    fn: new IndexSet(size, subsampleSize),
    args: [],
    value: undefined,
    isObserved: false,
    isSubsample: true,
    done: false,
    stop: false,
    scale: 1,
    mask: undefined,
    infer: {},
    condIndepStack: [],
  };
  return applyStack(msg).value as tf.Tensor1D;
}

/** Uniform over sets of indices. Its score is 0: the estimators weigh a minibatch by its scale. */
export class IndexSet extends Distribution {
  readonly size: number;
  readonly subsampleSize: number;

  constructor(size: number, subsampleSize: number) {
    super([]);
    this.size = size;
    this.subsampleSize = subsampleSize;
  }
  override get eventShape(): number[] {
    return [this.subsampleSize];
  }
  get support() {
    return constraints.independent(constraints.integerInterval(0, this.size - 1), 1);
  }
  /** Indices are integers, and no gradient ever reaches them. */
  override sample(): tf.Tensor {
    return permutation(this.size, this.subsampleSize);
  }
  override logProb(): tf.Tensor {
    return tf.scalar(0);
  }
  protected draw(): tf.Tensor {
    return this.sample();
  }
  protected scoreFormula(): tf.Tensor {
    return this.logProb();
  }
  protected override describe(): string {
    return `${this.subsampleSize} of ${this.size}`;
  }
}
