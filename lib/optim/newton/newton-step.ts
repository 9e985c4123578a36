import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { releaseTape } from "../../infer/gradients.ts";
import { inverse } from "./inverse.ts";
import { safeSqrt, smallestEigenvalue } from "./smallest-eigenvalue.ts";

/** The regulariser is at least this. */
const LEAST = 1e-8;

/**
 * One Newton step towards a minimum: `value - H⁻¹·g`, for a batch of D-dimensional points at once.
 *
 * The result is differentiable, with respect to `value` and to whatever else the loss depends on, as often
 * as the loss is beyond twice. The last of several steps is what the minimum's derivative needs; where the loss
 * is a negative log-density, `mode` and `covariance` are a Laplace approximation.
 *
 * @param lossFn the loss, a scalar, as a function of the points; points of the batch must not interact
 * @param value shape [..., D]; a scalar counts as one 1-dimensional point
 * @param trustRadius longest step: the Hessian's diagonal is raised until the step is shorter (and the Hessian
 *   positive definite, for a step that descends)
 * @returns `[mode, covariance]` of shapes [..., D] and [..., D, D]; the covariance is the Hessian's inverse
 * @throws where the loss is not a scalar or the radius is not positive
 */
export function newtonStep(
  lossFn: (value: tf.Tensor) => tf.Tensor,
  value: tf.Tensor,
  trustRadius?: number,
): [mode: tf.Tensor, covariance: tf.Tensor] {
  if (trustRadius !== undefined && !(trustRadius > 0)) {
    throw pyroError({
      what: "A trust radius must be a number > 0",
      where: "newtonStep",
      got: String(trustRadius),
    });
  }
  const size = value.shape.at(-1) ?? 1;
  const points = tf.reshape(value, [-1, size]);
  const loss = (x: tf.Tensor) => checkedLoss(lossFn(tf.reshape(x, value.shape)));
  const gradient = gradientOf(loss, points);
  const raw = hessianOf(loss, points, size);
  // The two halves agree but for rounding.
  const hessian = tf.div(tf.add(raw, tf.transpose(raw, [0, 2, 1])), 2);
  const covariance = inverse(
    trustRadius === undefined ? hessian : regularised(hessian, gradient, trustRadius),
  );
  const step = tf.sum(tf.mul(covariance, tf.expandDims(gradient, 1)), -1);
  const mode = tf.reshape(tf.sub(points, step), value.shape);
  return [mode, tf.reshape(covariance, [...(value.rank === 0 ? [1] : value.shape), size])];
}

/** Adds to the diagonal what keeps the step within the radius: |(H + r)⁻¹g| <= |g| / (smallest eigenvalue + r). */
function regularised(hessian: tf.Tensor, gradient: tf.Tensor, radius: number): tf.Tensor {
  const norm = safeSqrt(tf.sum(tf.square(gradient), -1));
  const lack = tf.maximum(tf.sub(tf.div(norm, radius), smallestEigenvalue(hessian)), LEAST);
  return tf.add(hessian, tf.mul(tf.reshape(lack, [-1, 1, 1]), tf.eye(gradient.shape.at(-1) ?? 1)));
}

function gradientOf(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  try {
    // Through f(y), so that the derivative of x itself is on the tape as well.
    const [grad] = tf.engine().gradients(() => f(x), [x], undefined, true).grads;
    return grad ?? tf.zerosLike(x);
  } catch (error) {
    releaseTape();
    throw error;
  }
}

/** Shape [batch, D, D]: row d is the gradient of element d of the gradient. */
function hessianOf(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, size: number): tf.Tensor {
  const rows = Array.from({ length: size }, (_, d) =>
    gradientOf((y) => tf.sum(tf.slice(gradientOf(f, y), [0, d], [-1, 1])), x),
  );
  return tf.stack(rows, 1);
}

function checkedLoss(loss: tf.Tensor): tf.Tensor {
  if (loss instanceof tf.Tensor && loss.size === 1) return tf.reshape(loss, []);
  throw pyroError({
    what: "The loss must be a scalar",
    where: "newtonStep",
    expected: "a tensor with one element",
    got: loss instanceof tf.Tensor ? `shape [${loss.shape.join(", ")}]` : String(loss),
    try: "sum over the batch",
  });
}
