import type * as tf from "@tensorflow/tfjs-core";
import { block } from "../../poutine/block.ts";
import { lookup } from "../../poutine/lookup.ts";
import { sitePdf } from "../../poutine/site-score.ts";
import { substitute } from "../../poutine/substitute.ts";
import { trace } from "../../poutine/trace.ts";
import { restoring } from "../../restoring.ts";
import { getRngState, setRngState } from "../../tensor/index.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import { sumTerms } from "../site-terms.ts";

/** Values of the latent sites, and the log-density of the change of volume that they come with. */
export interface Unconstrained {
  readonly values: Record<string, tf.Tensor>;
  readonly logVolume: tf.Tensor;
}

/**
 * The log-density of model and data as a function of the unconstrained latent vector. Every call sees the same random
 * numbers, so a model that subsamples is one function.
 */
export function logJoint<A extends unknown[]>(
  model: Program<A>,
  args: A,
  constrain: (latent: tf.Tensor) => Unconstrained,
): (latent: tf.Tensor) => tf.Scalar {
  const rng = getRngState();
  return (latent) => {
    const after = getRngState();
    setRngState(rng);
    const run = () => {
      const { values, logVolume } = constrain(latent);
      const joint = block((...a: A) =>
        trace(substitute(model, { data: lookup(values) })).getTrace(...a),
      ).invoke(...args);
      return sumTerms([...sitesOf(joint).map(sitePdf), logVolume]) as tf.Scalar;
    };
    return restoring(() => setRngState(after), run);
  };
}
