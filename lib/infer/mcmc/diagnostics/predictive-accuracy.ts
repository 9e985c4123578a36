/**
 * How well a model would predict data that it has not seen, from the log-likelihood of the data that it has.
 *
 * Source: Vehtari, Gelman, Gabry, "Practical Bayesian model evaluation using leave-one-out cross-validation and WAIC"
 * (Statistics and Computing 27, 2017).
 */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../../errors.ts";
import { logSumExp } from "../../trace-posterior.ts";
import { varianceOf } from "./chains.ts";
import { psis } from "./psis.ts";

export interface PredictiveAccuracy {
  /** Expected log predictive density of new data, in nats: higher is better. */
  readonly elpd: number;
  /** Its standard error. */
  readonly standardError: number;
  /** Effective number of parameters. */
  readonly effectiveParameters: number;
  /** The share of each observation in `elpd`. */
  readonly pointwise: Float64Array;
}

export interface LeaveOneOut extends PredictiveAccuracy {
  /** For each observation; above 0.7 its share is not to be trusted. */
  readonly paretoK: Float64Array;
}

/** Log-likelihoods: a tensor `[draws, ...observations]`, or rows of numbers. */
export type LogLikelihood = tf.Tensor | readonly ArrayLike<number>[];

/**
 * Leave-one-out cross-validation by Pareto-smoothed importance sampling.
 * @param relativeEfficiency effective draws by draws (default 1)
 * @example loo(logLikelihood(model, mcmc.getSamples(), x, y).y)
 */
export function loo(
  logLikelihoods: LogLikelihood,
  { relativeEfficiency = 1 }: { relativeEfficiency?: number } = {},
): LeaveOneOut {
  const columns = columnsOf("loo", logLikelihoods);
  const smoothed = columns.map((column) =>
    psis(
      column.map((x) => -x),
      relativeEfficiency,
    ),
  );
  const pointwise = Float64Array.from(columns, (column, i) => {
    const { logWeights } = smoothed[i] as (typeof smoothed)[number];
    return logSumExp(Array.from(column, (x, s) => x + (logWeights[s] as number)));
  });
  const lppd = columns.reduce((sum, column) => sum + logMeanExp(column), 0);
  const accuracy = accuracyOf(pointwise);
  return {
    ...accuracy,
    effectiveParameters: lppd - accuracy.elpd,
    paretoK: Float64Array.from(smoothed, ({ paretoK }) => paretoK),
  };
}

/** The widely applicable information criterion, on the scale of `elpd`: -2 times it is the deviance. */
export function waic(logLikelihoods: LogLikelihood): PredictiveAccuracy {
  const columns = columnsOf("waic", logLikelihoods);
  const variances = columns.map(varianceP);
  const pointwise = Float64Array.from(columns, (column, i) => logMeanExp(column) - (variances[i] as number));
  return { ...accuracyOf(pointwise), effectiveParameters: variances.reduce((a, b) => a + b, 0) };
}

function accuracyOf(pointwise: Float64Array): Omit<PredictiveAccuracy, "effectiveParameters"> {
  const n = pointwise.length;
  return {
    elpd: pointwise.reduce((a, b) => a + b, 0),
    standardError: Math.sqrt(n * varianceP(pointwise)),
    pointwise,
  };
}

/** With divisor n. */
function varianceP(x: ArrayLike<number>): number {
  return (varianceOf(x) * (x.length - 1)) / x.length;
}

function logMeanExp(column: Float64Array): number {
  return logSumExp(Array.from(column)) - Math.log(column.length);
}

/** One column for each observation. */
function columnsOf(where: string, given: LogLikelihood): Float64Array[] {
  const rows = Array.isArray(given) ? (given as readonly ArrayLike<number>[]) : rowsOf(given as tf.Tensor);
  const width = rows[0]?.length ?? 0;
  if (rows.length < 2 || width === 0 || rows.some(({ length }) => length !== width)) {
    throw pyroError({
      what: "The log-likelihoods are no table of draws by observations",
      where,
      expected: "a tensor of shape [draws, ...observations], of at least two draws",
      got: Array.isArray(given) ? `${rows.length} rows` : `shape [${(given as tf.Tensor).shape.join(", ")}]`,
    });
  }
  return Array.from({ length: width }, (_, i) => Float64Array.from(rows, (row) => row[i] as number));
}

function rowsOf(tensor: tf.Tensor): Float32Array[] {
  const values = tensor.dataSync() as Float32Array;
  const draws = tensor.shape[0] ?? 0;
  const width = draws === 0 ? 0 : values.length / draws;
  return Array.from({ length: draws }, (_, i) => values.subarray(i * width, (i + 1) * width));
}
