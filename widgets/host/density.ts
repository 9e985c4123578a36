import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import { enableValidation, validationEnabled } from "../../lib/validation.ts";
import { estimateDensity } from "../views/kde.ts";
import { Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import { type DensitySource, hasFunction } from "./sources.ts";
import type { Studio } from "./static.ts";

/** Draws, points of a curve, or a distribution over the reals. */
export type DensityInput =
  | ArrayLike<number>
  | tf.Tensor
  | DensitySource
  | { x: ArrayLike<number>; y: ArrayLike<number> };

export interface DensityOptions extends ShowOptions {
  title?: string;
  /** Name of the quantity with its unit. */
  label?: string;
  /** Where to draw; by default where the draws are, and mean ± 4 sd of distributions. */
  domain?: readonly [number, number];
  /** Vertical reference lines by name. */
  lines?: Readonly<Record<string, number>>;
  /** Names of the curves to draw dashed, for example the exact answer. */
  dashed?: readonly string[];
}

interface Line {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  dashed: boolean;
}

/**
 * Densities on top of each other, by name: draws (a kernel estimate), distributions, or points of a curve.
 *
 * @example density({ prior: dist.Beta(10, 10), guide: draws }, { domain: [0, 1], lines: { exact: 16 / 30 } })
 */
export function density(
  inputs: Readonly<Record<string, DensityInput>>,
  options: DensityOptions = {},
): DensityView {
  checkOptions("density", options, {
    ...{ title: true, label: true, domain: true, lines: true, dashed: true },
    ...showOptionNames,
  });
  const draws = new Map<string, ArrayLike<number>>();
  for (const [name, input] of Object.entries(inputs)) {
    const own = input instanceof tf.Tensor ? input.dataSync() : input;
    if (isArrayLike(own)) draws.set(name, own);
  }
  const domain = options.domain ?? commonDomain(Object.values(inputs), [...draws.values()]);
  const lines = Object.entries(inputs).map(([name, input]): Line => {
    const dashed = options.dashed?.includes(name) ?? false;
    const own = draws.get(name);
    if (own !== undefined) return { name, ...estimateDensity(own, options.domain), dashed };
    if (hasFunction(input, "logProb"))
      return { name, ...distributionCurve(input as DensitySource, domain), dashed };
    if (typeof input === "object" && input !== null && "x" in input && "y" in input)
      return { name, x: input.x, y: input.y, dashed };
    throw pyroError({
      what: "There is no density to draw",
      where: `argument of density, entry "${name}"`,
      expected: "draws (an array or tensor), a distribution, or { x, y }",
      got: typeof input,
    });
  });
  return new DensityView(lines, options);
}

export class DensityView extends Shown {
  readonly #lines: readonly Line[];
  readonly #more: Pick<DensityOptions, "title" | "label" | "domain" | "lines">;

  constructor(
    lines: readonly Line[],
    { title, label, domain, lines: references, ...options }: DensityOptions,
  ) {
    super(options);
    this.#lines = lines;
    this.#more = {
      ...(title !== undefined && { title }),
      ...(label !== undefined && { label }),
      ...(domain !== undefined && { domain }),
      ...(references !== undefined && { lines: references }),
    };
  }

  override plain(): string {
    return `${this.#more.title ?? "Densities"}: ${this.#lines.map(({ name }) => name).join(", ")}`;
  }

  protected override draw({ views, document }: Studio): Element {
    const { lines = {}, ...more } = this.#more;
    const references = Object.entries(lines).map(([name, x]) => ({ name, x }));
    return views.density({ curves: this.#lines, lines: references, ...more }, { document, ...this.options });
  }
}

const points = 401;

function distributionCurve(distribution: DensitySource, [low, high]: readonly [number, number]) {
  // Inside the domain, not on its ends, where a density may be infinite or undefined.
  const x = Array.from({ length: points }, (_, i) => low + ((i + 0.5) / points) * (high - low));
  // Outside its support a density is 0, not an error.
  const validated = validationEnabled();
  enableValidation(false);
  try {
    const y = tf.tidy(() => Array.from(distribution.logProb(x).dataSync(), Math.exp));
    return { x, y };
  } finally {
    enableValidation(validated);
  }
}

function commonDomain(
  inputs: readonly DensityInput[],
  draws: readonly ArrayLike<number>[],
): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (value: number) => {
    if (!Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const values of draws) for (let i = 0; i < values.length; i++) add(values[i] ?? Number.NaN);
  for (const input of inputs) {
    if (!hasFunction(input, "logProb")) continue;
    const [center, spread] = momentsOf(input as DensitySource);
    add(center - 4 * spread);
    add(center + 4 * spread);
  }
  return low < high ? [low, high] : [-5, 5];
}

/** Mean and standard deviation, NaN where a distribution has none (a Cauchy) or cannot say. */
function momentsOf(distribution: DensitySource): [number, number] {
  try {
    return tf.tidy(() => {
      const { mean, stddev } = distribution;
      return [mean?.dataSync()[0] ?? Number.NaN, stddev?.dataSync()[0] ?? Number.NaN];
    });
  } catch {
    return [Number.NaN, Number.NaN];
  }
}

function isArrayLike(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}
