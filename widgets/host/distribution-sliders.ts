import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import type { DensityData } from "../views/density.ts";
import type { MassData } from "../views/mass.ts";
import {
  type DrawnDistribution,
  domainOf,
  elementsOf,
  isDiscrete,
  picturedDistribution,
} from "./distribution-data.ts";
import { type LiveContent, Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import type { Studio } from "./static.ts";

/** Where a slider begins and ends, where it stands, and its step. */
export interface SliderRange {
  readonly min: number;
  readonly max: number;
  readonly value?: number;
  readonly step?: number;
}

/** Makes a distribution of its parameters: a class of `dist`, or a function. */
export type DistributionFamily = (params: never) => DrawnDistribution;

export interface DistributionSlidersOptions extends ShowOptions {
  /** Name of the quantity with its unit. */
  label?: string;
}

/**
 * A distribution with a slider for each of its parameters: its density (or the probabilities of its values) follows them,
 * over that of the parameters at the start. It stays live after its cell; "Keep as picture" makes a picture of it.
 *
 * @example
 * distributionSliders(dist.Gamma, { concentration: [0.5, 10], rate: { min: 0.1, max: 5, value: 1 } })
 * distributionSliders(({ a }) => dist.Beta(a, a), { a: [0.1, 20] })
 * @throws where a range is none, or the family makes no distribution of numbers
 */
export function distributionSliders(
  family: DistributionFamily,
  ranges: Readonly<Record<string, readonly [min: number, max: number] | SliderRange>>,
  options: DistributionSlidersOptions = {},
): DistributionSliders {
  checkOptions("distributionSliders", options, { label: true, ...showOptionNames });
  if (typeof family !== "function") {
    throw pyroError({
      what: "There is no distribution to draw",
      where: "argument family of distributionSliders",
      expected:
        "a distribution's class (dist.Gamma), or a function of the parameters that returns a distribution",
      got: typeof family,
      try: "distributionView(d) for one distribution",
    });
  }
  const inputs = Object.entries(ranges).map(([name, range]) => inputOf(name, range));
  return new DistributionSliders(family, inputs, options);
}

interface Input {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  value: number;
}

function inputOf(name: string, range: readonly [number, number] | SliderRange): Input {
  const given: Partial<SliderRange> = Array.isArray(range)
    ? { min: range[0], max: range[1] }
    : (range as SliderRange);
  const { min = Number.NaN, max = Number.NaN, value = (min + max) / 2, step = (max - min) / 100 } = given;
  if (min < max && step > 0 && value >= min && value <= max) return { name, min, max, step, value };
  throw pyroError({
    what: "A slider has no range",
    where: `parameter "${name}" of distributionSliders`,
    expected: "[min, max], or { min, max, value?, step? } with min < max and the value between them",
    got: JSON.stringify(range) ?? String(range),
  });
}

export class DistributionSliders extends Shown {
  readonly #family: DistributionFamily;
  readonly #inputs: readonly Input[];
  readonly #label: string | undefined;
  readonly #start: DensityData | MassData;
  readonly #domain: readonly [number, number] | undefined;
  /** The last that could be drawn, and why the parameters of now cannot. */
  #data: DensityData | MassData;
  #problem: string | undefined;

  constructor(
    family: DistributionFamily,
    inputs: readonly Input[],
    { label, ...options }: DistributionSlidersOptions,
  ) {
    super(options);
    this.#family = family;
    this.#inputs = inputs.map((input) => ({ ...input }));
    this.#label = label;
    const [start, domain] = this.#made((distribution) => {
      if (elementsOf(distribution).eventShape.length > 0) {
        throw pyroError({
          what: "This distribution cannot be drawn on an axis",
          where: "argument family of distributionSliders",
          expected: "a distribution of single numbers",
          got: `event shape [${distribution.eventShape.join(", ")}]`,
        });
      }
      return [
        picturedDistribution(distribution),
        isDiscrete(distribution) ? undefined : domainOf(elementsOf(distribution)),
      ] as const;
    });
    [this.#start, this.#domain] = [start, domain];
    this.#data = this.#named(start);
  }

  data(): (DensityData | MassData) & { inputs: readonly Input[]; problem?: string } {
    return {
      ...this.#data,
      inputs: this.#inputs,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  override plain(): string {
    const values = this.#inputs.map(({ name, value }) => `${name} = ${Number(value.toPrecision(4))}`);
    return `${this.#data.title ?? "Distribution"}: ${values.join(", ")}`;
  }

  /** Puts a slider at a value within its range. */
  set(name: string, value: number): void {
    const input = this.#inputs.find((one) => one.name === name);
    if (input === undefined || !Number.isFinite(value)) return;
    input.value = Math.min(input.max, Math.max(input.min, value));
    try {
      this.#data = this.#made((distribution) => this.#compared(distribution));
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    }
  }

  protected override draw({ views, document }: Studio): Element {
    const view = { document, ...this.options };
    return "values" in this.#data ? views.mass(this.#data, view) : views.density(this.#data, view);
  }

  protected override live(): LiveContent {
    return {
      view: "distribution",
      controls: [],
      tools: "sliders",
      data: () => this.data(),
      bundle: () => this.bundle(),
      plain: () => this.plain(),
      subscribe: () => () => {},
      command: (command) => {
        if (command.tspyro === "input") this.set(command.name, command.value);
      },
    };
  }

  #made<T>(use: (distribution: DrawnDistribution) => T): T {
    const params = Object.fromEntries(this.#inputs.map(({ name, value }) => [name, value]));
    let result: { value: T } | undefined;
    tf.tidy(() => {
      result = { value: use(this.#family(params as never)) };
    });
    return (result as unknown as { value: T }).value;
  }

  /** The distribution of now over the one of the start. */
  #compared(distribution: DrawnDistribution): DensityData | MassData {
    const start = this.#start;
    if ("values" in start || this.#domain === undefined)
      return this.#named(picturedDistribution(distribution));
    const own = domainOf(elementsOf(distribution));
    const domain: [number, number] = [Math.min(own[0], this.#domain[0]), Math.max(own[1], this.#domain[1])];
    const now = this.#named(picturedDistribution(distribution, domain));
    if ("values" in now) return now;
    const before = start.curves.map((curve) => ({ ...curve, name: "at the start", dashed: true }));
    return {
      ...now,
      domain,
      curves: [...now.curves.map((curve) => ({ ...curve, name: "now" })), ...before.slice(0, 1)],
    };
  }

  #named(data: DensityData | MassData): DensityData | MassData {
    return this.#label === undefined ? data : { ...data, label: this.#label };
  }
}
