import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { type Numeric, toTensor } from "../../tensor/index.ts";

/**
 * Where an automatic guide starts at a site: `feasible` (a plain point of the support: 0 on the unconstrained
 * scale), a draw from the prior, the prior's mean or its median, or a function of one's own.
 */
export type InitStrategy = "feasible" | "sample" | "mean" | "median" | ((site: SampleSite) => Numeric);

const MEDIAN_DRAWS = 15;

/** The initial value on the unconstrained scale, of the shape that the transform gives it. */
export function initialValue(
  site: SampleSite,
  strategy: InitStrategy,
  unconstrain: (value: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const drawn = unconstrain(site.value as tf.Tensor);
    switch (strategy) {
      case "feasible":
        return tf.zeros(drawn.shape);
      case "sample":
        return tf.clone(drawn);
      case "mean":
        return finiteOr(drawn, unconstrain(site.fn.mean));
      case "median": {
        // On the unconstrained scale, where a coordinate's median means something for simplexes too.
        const draws = Array.from({ length: MEDIAN_DRAWS }, () => unconstrain(site.fn.sample()));
        const last = tf.reshape(tf.stack(draws, -1), [-1, MEDIAN_DRAWS]);
        const middle = tf.slice(
          tf.topk(last, (MEDIAN_DRAWS + 1) / 2).values,
          [0, (MEDIAN_DRAWS - 1) / 2],
          [-1, 1],
        );
        return finiteOr(drawn, tf.reshape(middle, drawn.shape));
      }
      default:
        break;
    }
    if (typeof strategy !== "function") {
      throw pyroError({
        what: "There is no such way to start a guide",
        where: "option initStrategy",
        expected: '"feasible", "sample", "mean", "median", or a function (site) => value',
        got: String(strategy),
      });
    }
    const value = toTensor(strategy(site));
    const shape = site.value?.shape ?? [];
    if (tf.util.arraysEqual(value.shape, shape)) return tf.clone(unconstrain(value));
    throw pyroError({
      what: "The initial value has another shape than the site",
      where: `site "${site.name}", option initStrategy`,
      expected: `[${shape.join(", ")}]`,
      got: `[${value.shape.join(", ")}]`,
    });
  });
}

/** Some priors have no mean, or one on the border of the support. */
function finiteOr(fallback: tf.Tensor, wanted: tf.Tensor): tf.Tensor {
  return tf.where(tf.isFinite(wanted), wanted, fallback);
}
