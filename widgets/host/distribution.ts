import * as tf from "@tensorflow/tfjs-core";
import { enableValidation, validationEnabled } from "../../lib/validation.ts";
import { shorten } from "../views/text.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import { openStudio, type Studio } from "./static.ts";

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

/** A distribution drawn: the density of a continuous one, the probabilities of a discrete one, a batch side by side. */
export function distributionView(
  distribution: DrawnDistribution,
  options: ShowOptions = {},
): DistributionView {
  return new DistributionView(distribution, options);
}

/** Most elements of a batch that are drawn. */
const mostSeries = 6;
const points = 301;
const mostBars = 60;

export class DistributionView extends Shown {
  readonly #whole: DrawnDistribution;
  /** Numbers, one by one: what an axis can show. */
  readonly #drawn: DrawnDistribution;

  constructor(distribution: DrawnDistribution, options: ShowOptions) {
    super(options);
    this.#whole = distribution;
    this.#drawn = elementsOf(distribution);
  }

  /** Whether there is an axis to draw it on. */
  get drawable(): boolean {
    return this.#drawn.eventShape.length === 0;
  }

  override plain(): string {
    const { batchShape, eventShape, support } = this.#whole;
    const facts = [
      ...(support?.name === undefined ? [] : [`support ${support.name}`]),
      `batchShape [${batchShape.join(", ")}]`,
      `eventShape [${eventShape.join(", ")}]`,
      ...this.#moments(),
    ];
    return `${this.#whole}\n  ${facts.join(", ")}`;
  }

  override async toHTML(): Promise<string> {
    const { views } = await openStudio();
    const [, facts = ""] = this.plain().split("\n");
    const line = `<div style="opacity:.75;font-size:90%">${views.escapeMarkup(facts.trim())}</div>`;
    return `<div>${await super.toHTML()}${line}</div>`;
  }

  protected override draw({ views, document }: Studio): Element {
    const drawn = this.#drawn;
    const names = seriesNames(drawn.batchShape);
    const count = drawn.batchShape.reduce((a, b) => a * b, 1);
    const more = count > names.length ? `, first ${names.length} of ${count}` : "";
    const title = `${shorten(String(this.#whole), 70)}${more}`;
    const view = { document, ...this.options };
    if (drawn.support?.isDiscrete === true) {
      const { values, series } = massOf(drawn, names);
      return views.mass({ title, values, series }, view);
    }
    return views.density({ title, curves: densityOf(drawn, names) }, view);
  }

  #moments(): string[] {
    const { mean, stddev } = read(this.#whole);
    const one = (name: string, values: ArrayLike<number> | undefined) =>
      values === undefined ||
      values.length === 0 ||
      values.length > 4 ||
      Array.from(values).every(Number.isNaN)
        ? []
        : [`${name} ${values.length === 1 ? short(values[0]) : `[${Array.from(values, short).join(", ")}]`}`];
    return [...one("mean", mean), ...one("sd", stddev)];
  }
}

const short = (value: number | undefined) => String(Number((value ?? Number.NaN).toPrecision(4)));

/** `toEvent` only counts axes otherwise: what it counts is drawn. */
function elementsOf(distribution: DrawnDistribution): DrawnDistribution {
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

function densityOf(distribution: DrawnDistribution, names: readonly string[]) {
  const [low, high] = domainOf(distribution, names.length);
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
function domainOf(distribution: DrawnDistribution, series: number): [number, number] {
  const { mean, stddev } = read(distribution);
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
function read(distribution: DrawnDistribution): {
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
