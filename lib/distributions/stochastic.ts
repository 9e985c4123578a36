/**
 * The manual's lowercase stochastic functions: `normal(mu, sigma)` draws, `normal.logPdf(x, mu, sigma)` scores. Each is
 * generated from its class, which it carries as `distribution`, so that `sample("z", normal, mu, sigma)` can ask for
 * the distribution instead of a value.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import type { Numeric } from "../tensor/index.ts";
import type { Distribution } from "./distribution.ts";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = [
  "analyticMean",
  "analyticVar",
  "batchLogPdf",
  "batchShape",
  "enumerateSupport",
  "eventDim",
  "eventShape",
  "logPdf",
] as const;

export interface StochasticFunction<A extends readonly unknown[]>
  extends PyroSpelling<StochasticMembers<A>, (typeof MANUAL)[number]>,
    StochasticMembers<A> {}

interface StochasticMembers<A extends readonly unknown[]> {
  /** Draws a value; it carries gradients to the parameters where the distribution is reparameterised. */
  (...params: A): tf.Tensor;
  /** The distribution that a call with the same parameters draws from. */
  readonly distribution: (...params: A) => Distribution;
  readonly reparameterized: boolean;
  readonly enumerable: boolean;
  sample(...params: A): tf.Tensor;
  /** Total log-density, a scalar. */
  logPdf(x: Numeric, ...params: A): tf.Tensor;
  /** Log-density of each batch element: shape `batchShape(x, ...params) + [1]`. */
  batchLogPdf(x: Numeric, ...params: A): tf.Tensor;
  /** The manual's batch shape, in which the last axis of a batch of numbers is their event. */
  batchShape(x: Numeric | null | undefined, ...params: A): number[];
  eventShape(...params: A): number[];
  eventDim(...params: A): number;
  /** Shape of a draw, or of `x` broadcast with the parameters. */
  shape(x: Numeric | null | undefined, ...params: A): number[];
  enumerateSupport(...params: A): tf.Tensor;
  analyticMean(...params: A): tf.Tensor;
  analyticVar(...params: A): tf.Tensor;
}

export interface Traits {
  readonly reparameterized: boolean;
  readonly enumerable: boolean;
}

const shapeFor = (d: Distribution, x: Numeric | null | undefined): number[] =>
  x === null || x === undefined ? d.shape() : d.shapeFor(x);

export function draw(d: Distribution): tf.Tensor {
  return d.hasRsample ? d.rsample() : d.sample();
}

export function stochastic<A extends readonly unknown[]>(
  name: string,
  distribution: (...params: A) => Distribution,
  traits: Traits,
): StochasticFunction<A> {
  const fn = (...params: A) => draw(distribution(...params));
  Object.defineProperty(fn, "name", { value: name });
  const members: StochasticMembers<A> = Object.assign(fn, {
    distribution,
    ...traits,
    sample: fn,
    logPdf: (x: Numeric, ...params: A) => distribution(...params).logPdf(x),
    batchLogPdf: (x: Numeric, ...params: A) => distribution(...params).batchLogPdf(x),
    batchShape: (x: Numeric | null | undefined, ...params: A) => distribution(...params).batch_shape(x),
    eventShape: (...params: A) => distribution(...params).event_shape(),
    eventDim: (...params: A) => distribution(...params).event_dim(),
    shape: (x: Numeric | null | undefined, ...params: A) => shapeFor(distribution(...params), x),
    enumerateSupport: (...params: A) => distribution(...params).enumerateSupport(),
    analyticMean: (...params: A) => distribution(...params).analyticMean(),
    analyticVar: (...params: A) => distribution(...params).analyticVar(),
  });
  spellAsPyro(members, MANUAL);
  return members as StochasticFunction<A>;
}

/** Whether `x` is a lowercase stochastic function, which knows its distribution. */
export function isStochasticFunction(x: unknown): x is StochasticFunction<readonly unknown[]> {
  return typeof x === "function" && typeof (x as { distribution?: unknown }).distribution === "function";
}
