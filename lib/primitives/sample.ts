/** `sample` and `observe`: the random choices of a program. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Distribution, DistributionLike } from "../distributions/index.ts";
import type { Baseline, InferOptions, SampleMessage } from "../poutine/message.ts";
import { applyStack } from "../poutine/stack.ts";
import { type StochasticFunction, toDistribution } from "../poutine/stochastic.ts";
import type { Numeric } from "../tensor/index.ts";
import { checkName } from "./name.ts";
import { observed } from "./observed.ts";

/** What is observed: a number, an array, a tensor; null or undefined for nothing. */
export type Observation = Numeric | string | readonly string[] | null;

export interface SampleOptions {
  /** The value that was observed; null or undefined if the site is latent. */
  obs?: Observation | undefined;
  /** Options for inference algorithms. */
  infer?: InferOptions | undefined;
  /** Control variate of a site whose values carry no gradient. */
  baseline?: Baseline | undefined;
}

const OPTIONS = new Set(["obs", "infer", "baseline"]);

/**
 * Draws from a distribution, or observes a value of it.
 *
 *     sample("z", dist.Normal(0, 1))
 *     sample("x", dist.Normal(z, 1), { obs: data })
 *     sample("z", dist.normal, 0, 1)
 *
 * @param name unique in one run of the program
 * @param fn a distribution, a distribution class or lowercase function with arguments, or any function that returns a
 * value
 * @returns the value: `batchShape + eventShape`
 * @throws for observed data with NaN in it (with validation on), and where a site does not fit its plates
 */
export function sample(name: string, fn: Distribution | DistributionLike, options?: SampleOptions): tf.Tensor;
export function sample(name: string, fn: StochasticFunction, ...args: unknown[]): tf.Tensor;
export function sample(
  name: string,
  fn: Distribution | DistributionLike | StochasticFunction,
  ...rest: unknown[]
): tf.Tensor {
  checkName("sample", name);
  const { args, options } = split(rest);
  const distribution = toDistribution(fn, args, `site "${name}"`);
  const value = options.obs == null ? undefined : observed(name, options.obs);
  const msg: SampleMessage = {
    type: "sample",
    name,
    fn: distribution,
    args,
    value,
    isObserved: value !== undefined,
    done: value !== undefined,
    stop: false,
    scale: 1,
    mask: undefined,
    infer: options.baseline ? { ...options.infer, baseline: options.baseline } : { ...options.infer },
    condIndepStack: [],
    ...("obs" in options && options.obs === undefined && { lacksData: true }),
  };
  return applyStack(msg).value as tf.Tensor;
}

/**
 * Observes a value: `sample` with `obs`.
 *
 *     observe("x", dist.Normal(z, 1), data)
 *     observe("x", dist.normal, data, z, 1)
 */
export function observe(
  name: string,
  fn: Distribution | DistributionLike | StochasticFunction,
  obs: Observation,
  ...args: unknown[]
): tf.Tensor {
  const { args: params, options } = split(args);
  return sample(name, fn as StochasticFunction, ...params, { ...options, obs });
}

/** Takes the options of `sample` off the arguments; what else is in the same object stays an argument. */
function split(rest: readonly unknown[]): { args: unknown[]; options: SampleOptions } {
  const last = rest.at(-1);
  const args = rest.slice(0, -1);
  if (last === undefined && rest.length > 0) return { args, options: {} };
  if (!isPlain(last)) return { args: [...rest], options: {} };
  const entries = Object.entries(last);
  const own = entries.filter(([key]) => !OPTIONS.has(key));
  if (own.length === entries.length && entries.length > 0) return { args: [...rest], options: {} };
  return {
    args: own.length === 0 ? args : [...args, Object.fromEntries(own)],
    options: last as SampleOptions,
  };
}

function isPlain(x: unknown): x is Record<string, unknown> {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}
