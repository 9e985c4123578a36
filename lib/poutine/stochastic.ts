/**
 * What may stand in a sample statement, made into a distribution:
 * a distribution; a distribution class with its arguments; one of the manual's lowercase functions with its
 * arguments; a user's own object with `sample` and `logProb`; any function that returns a value.
 */
import type * as tf from "@tensorflow/tfjs-core";
import {
  asDistribution,
  constraints,
  Distribution,
  type DistributionLike,
  isDistribution,
  isDistributionLike,
} from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";

/** A stochastic function: anything that returns a value when called. */
export type StochasticFunction = (...args: never[]) => unknown;

export type Sampleable = DistributionLike | Distribution | StochasticFunction;

/** Whether `x` draws by itself: a distribution or a user's own. */
export function drawsByItself(x: unknown): x is DistributionLike | Distribution {
  return isDistribution(x) || isDistributionLike(x);
}

/**
 * The distribution that `fn` with `args` stands for.
 * @param where the site, for errors
 */
export function toDistribution(fn: unknown, args: readonly unknown[], where: string): Distribution {
  if (drawsByItself(fn)) return args.length === 0 ? asDistribution(fn) : refuseArguments(where, fn, args);
  if (typeof fn !== "function") throw notDrawable(where, fn);
  if ((fn as { prototype?: unknown }).prototype instanceof Distribution) {
    return Reflect.construct(fn, args) as Distribution;
  }
  // The manual's lowercase functions know the distribution that they draw from.
  const { distribution } = fn as { distribution?: unknown };
  if (typeof distribution === "function") return distribution(...args) as Distribution;
  return new FunctionDistribution(fn as (...args: unknown[]) => unknown, args);
}

function notDrawable(where: string, fn: unknown): Error {
  return pyroError({
    what: "A sample statement needs something to draw from",
    where,
    expected:
      "a distribution, a distribution class or lowercase function with its arguments, or any function",
    got: describe(fn),
    try: `sample(name, dist.Normal(0, 1)), or sample(name, dist.normal, 0, 1)`,
  });
}

function refuseArguments(where: string, fn: unknown, args: readonly unknown[]): never {
  throw pyroError({
    what: "A distribution that has its parameters was given arguments as well",
    where,
    expected: "sample(name, distribution, { obs, infer, baseline })",
    got: `${String(fn)} and ${args.map(describe).join(", ")}`,
    try: "put observed data in the last argument: { obs: data }",
  });
}

function describe(x: unknown): string {
  if (x === undefined || x === null) return String(x);
  const { shape } = x as { shape?: unknown };
  if (Array.isArray(shape)) return `a tensor of shape [${shape.join(", ")}]`;
  if (typeof x === "object") return `an object with ${Object.keys(x).join(", ") || "nothing"}`;
  return `the ${typeof x} ${String(x)}`;
}

/** Any function that returns a value: it can be drawn from, and not scored. */
export class FunctionDistribution extends Distribution {
  readonly call: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];

  constructor(call: (...args: unknown[]) => unknown, args: readonly unknown[]) {
    super([]);
    this.call = call;
    this.args = args;
  }
  override get name(): string {
    return this.call.name || "anonymous function";
  }
  get support(): constraints.Constraint {
    return constraints.dependent;
  }
  /** Calls the function as it is: it may be a model with sites and parameters of its own. */
  override sample(): tf.Tensor {
    const value = this.call(...this.args);
    return isNumeric(value) ? toTensor(value) : (value as tf.Tensor);
  }
  /** The function decides the shape of its value: a plate does not stretch it. */
  override expand(): Distribution {
    return this;
  }
  override logProb(): tf.Tensor {
    throw pyroError({
      what: `The function ${this.name} has no log-density: it only returns values`,
      expected: "a distribution, where a site is scored",
      try: "pass a distribution (dist.Normal(0, 1)), or an object with sample and logProb",
    });
  }
  protected draw(): tf.Tensor {
    return this.sample();
  }
  protected scoreFormula(): tf.Tensor {
    return this.logProb();
  }
}

function isNumeric(x: unknown): x is Numeric {
  if (typeof x === "number" || typeof x === "boolean") return true;
  return Array.isArray(x) && x.flat(9).every((item) => typeof item === "number");
}
