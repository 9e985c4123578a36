import type * as tf from "@tensorflow/tfjs-core";
import { type Distribution, TransformedDistribution } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { sample } from "../../primitives/sample.ts";
import type { Reparam } from "../reparam.ts";

/**
 * Draws the base of a transformed distribution, at site `<name>_base`, and transforms it: for the same reason as
 * `LocScaleReparam`, where the transform depends on other sites.
 *
 * @example reparam(model, { config: { x: new TransformReparam() } })
 */
export class TransformReparam implements Reparam {
  draw(name: string, fn: Distribution): tf.Tensor {
    if (fn instanceof TransformedDistribution) return fn.transform.call(sample(`${name}_base`, fn.base));
    throw pyroError({
      what: "TransformReparam draws the base of a transformed distribution",
      where: `site "${name}"`,
      expected: "dist.TransformedDistribution(base, transforms)",
      got: String(fn),
    });
  }
}
