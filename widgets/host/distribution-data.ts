/** What is drawn of a distribution: densities over a domain, or the probabilities of values. */
import * as tf from "@tensorflow/tfjs-core";
import { enableValidation, validationEnabled } from "../../lib/validation.ts";
import type { DensityData } from "../views/density.ts";
import type { MassData } from "../views/mass.ts";
import { shorten } from "../views/text.ts";

/** What a distribution has to have to be drawn: the library's, and a user's own. */
export interface DrawnDistribution {
  readonly batchShape: readonly number[];
  readonly eventShape: readonly number[];
  readonly support?: {
    readonly isDiscrete?: boolean;
    readonly name?: string;
    readonly lower?: unknown;
    readonly upper?: unknown;
  };
  readonly hasEnumerateSupport?: boolean;
  readonly mean?: tf.Tensor;
  readonly stddev?: tf.Tensor;
  /** Of `toEvent`: the elements. */
  readonly base?: DrawnDistribution;
  logProb(x: tf.Tensor): tf.Tensor;
  enumerateSupport?(expand?: boolean): tf.Tensor;
  icdf?(q: number): tf.Tensor;
  toString(): string;
}

/** Most elements of a batch that are drawn. */
const mostSeries = 6;
const points = 301;
const mostBars = 60;

/**
 * @param whole what is named in the title
 * @param domain where a density is drawn at least
 */
export function picturedDistribution(
  whole: DrawnDistribution,
  domain?: readonly [number, number],
): DensityData | MassData {
  const drawn = elementsOf(whole);
  const names = seriesNames(drawn.batchShape);
  const count = drawn.batchShape.reduce((a, b) => a * b, 1);
  const more = count > names.length ? `, first ${names.length} of ${count}` : "";
  const title = `${shorten(String(whole), 70)}${more}`;
  if (isDiscrete(whole)) return { title, ...massOf(drawn, names) };
  return { title, curves: densityOf(drawn, names, domain) };
}

/** Whether single values have a probability. */
export function isDiscrete(distribution: DrawnDistribution): boolean {
  return elementsOf(distribution).support?.isDiscrete === true;
}

/** `toEvent` only counts axes otherwise: what it counts is drawn. */
export function elementsOf(distribution: DrawnDistribution): DrawnDistribution {
  let inner = distribution;
  while (inner.eventShape.length > 0 && inner.base !== undefined && "reinterpreted" in inner)
    inner = inner.base;
  return inner;
}

function seriesNames(batchShape: readonly number[]): string[] {
  if (batchShape.length === 0) return ["density"];
  const count = batchShape.reduce((a, b) => a * b, 1);
  return Array.from({ length: Math.min(count, mostSeries) }, (_, i) => {
    const index: number[] = [];
    for (let axis = batchShape.length - 1, rest = i; axis >= 0; axis--) {
      const size = batchShape[axis] ?? 1;
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return `[${index.join(", ")}]`;
  });
}

function densityOf(
  distribution: DrawnDistribution,
  names: readonly string[],
  domain: readonly [number, number] = domainOf(distribution, names.length),
) {
  const [low, high] = domain;
  const x = Array.from({ length: points }, (_, i) => low + ((i + 0.5) / points) * (high - low));
  const columns = probabilities(distribution, x, names.length);
  return names.map((name, k) => ({ name, x, y: columns[k] ?? [] }));
}

function massOf(distribution: DrawnDistribution, names: readonly string[]) {
  const all = valuesOf(distribution, names.length);
  const every = probabilities(distribution, all, names.length);
  // What lies outside the support has no bar.
  const likely = (i: number) => every.some((column) => (column[i] ?? 0) > 0);
  const [first, last] = [all.findIndex((_, i) => likely(i)), all.findLastIndex((_, i) => likely(i))];
  const values = all.slice(Math.max(0, first), last + 1);
  const columns = every.map((column) => column.slice(Math.max(0, first), last + 1));
  return { values, series: names.map((name, k) => ({ name, probabilities: columns[k] ?? [] })) };
}

/** exp(logProb) at each value, for the first elements of the batch. */
function probabilities(distribution: DrawnDistribution, x: readonly number[], series: number): number[][] {
  const validated = validationEnabled();
  // Outside its support a density is 0, not an error.
  enableValidation(false);
  try {
    const flat = tf.tidy(() => {
      const ones = distribution.batchShape.map(() => 1);
      return distribution.logProb(tf.reshape(tf.tensor1d([...x]), [x.length, ...ones])).dataSync();
    });
    const stride = flat.length / x.length;
    return Array.from({ length: series }, (_, k) =>
      x.map((_, i) => Math.exp(flat[i * stride + k] ?? Number.NaN)),
    );
  } finally {
    enableValidation(validated);
  }
}

/** The whole support where that is short, else the integers around the mean. */
function valuesOf(distribution: DrawnDistribution, series: number): number[] {
  if (distribution.hasEnumerateSupport === true && distribution.enumerateSupport !== undefined) {
    const all = tf.tidy(() => distribution.enumerateSupport?.(false)?.dataSync());
    if (all !== undefined && all.length <= mostBars) return Array.from(all);
  }
  const [low, high] = domainOf(distribution, series);
  const first = Math.round(low);
  const step = Math.max(1, Math.ceil((high - low) / mostBars));
  const values: number[] = [];
  for (let value = first; value <= high && values.length <= mostBars; value += step) values.push(value);
  return values;
}

/** Mean ± 4 sd of all that is drawn, inside the support; between quantiles where there are no moments. */
export function domainOf(distribution: DrawnDistribution, series = 1): [number, number] {
  const { mean, stddev } = momentsOf(distribution);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (let k = 0; k < series; k++) {
    const [center, spread] = [mean?.[k] ?? Number.NaN, stddev?.[k] ?? Number.NaN];
    add(center - 4 * spread);
    add(center + 4 * spread);
  }
  if (!(low < high))
    for (const q of [0.03, 0.97]) for (const value of Array.from(quantile(distribution, q))) add(value);
  if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 1, low + 1] : [-5, 5];
  const { lower, upper } = distribution.support ?? {};
  const [from, to] = [bound(lower, Math.min), bound(upper, Math.max)];
  // The ends of an interval are seen where they are near.
  return [Math.max(low, from ?? low), Math.min(high, to ?? high)];
}

function quantile(distribution: DrawnDistribution, q: number): ArrayLike<number> {
  try {
    return tf.tidy(() => distribution.icdf?.(q).dataSync() ?? []);
  } catch {
    return [];
  }
}

function bound(value: unknown, outer: (...values: number[]) => number): number | undefined {
  const values = value instanceof tf.Tensor ? Array.from(value.dataSync()) : [value];
  const numbers = values.filter((one): one is number => typeof one === "number" && Number.isFinite(one));
  return numbers.length === 0 ? undefined : outer(...numbers);
}

/** The moments; nothing where a distribution has none or cannot say. */
export function momentsOf(distribution: DrawnDistribution): {
  mean: ArrayLike<number> | undefined;
  stddev: ArrayLike<number> | undefined;
} {
  const of = (name: "mean" | "stddev") => {
    try {
      return tf.tidy(() => distribution[name]?.dataSync());
    } catch {
      return undefined;
    }
  };
  return { mean: of("mean"), stddev: of("stddev") };
}
