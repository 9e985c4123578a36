/** What a family of distributions supplies: its formulas, without the care that `Distribution` takes around them. */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Constraint } from "./constraint.ts";

export abstract class Formulas {
  get name(): string {
    return this.constructor.name;
  }
  /** Shape of one value. */
  get eventShape(): number[] {
    return [];
  }

  /** The set of values with positive density. */
  abstract get support(): Constraint;
  /** One draw of shape `batch + eventShape`; differentiable in the parameters iff `pathwise`. */
  protected abstract draw(batch: number[]): tf.Tensor;
  /** Log-density of each event of `x`, which lies in the support and broadcasts with the batch. */
  protected abstract scoreFormula(x: tf.Tensor): tf.Tensor;
  /** Whether `draw` has a derivative in the parameters. */
  protected get pathwise(): boolean {
    return false;
  }
  protected meanFormula(): tf.Tensor {
    throw this.missing("mean");
  }
  protected varianceFormula(): tf.Tensor {
    throw this.missing("variance");
  }
  protected entropyFormula(): tf.Tensor {
    throw this.missing("entropy");
  }
  protected cdfFormula(_x: tf.Tensor): tf.Tensor {
    throw this.missing("cdf");
  }
  protected icdfFormula(_q: tf.Tensor): tf.Tensor {
    throw this.missing("icdf");
  }
  /** Every value of a finite support, stacked along a new first axis: shape `[k] + eventShape`. */
  protected supportValues(): tf.Tensor {
    throw this.missing("enumerateSupport");
  }

  protected missing(what: string): Error {
    return pyroError({
      what: `${what} of ${this.name} is not implemented`,
      got: String(this),
      try: what === "enumerateSupport" ? "a distribution with a finite support" : "an estimate from samples",
    });
  }
}
