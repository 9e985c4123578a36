import * as tf from "@tensorflow/tfjs-core";
import type { Hyper, HyperTable } from "./hyper.ts";

/**
 * An optimizer is a rule: a pure function from a parameter, its gradient and the optimizer's tensors for
 * that parameter (its *slots*: running averages and the like) to the next ones. It is split in two so that
 * a step can be compiled: `host` computes every number that changes from step to step (rates, momenta, bias
 * corrections) in float64 from the step count and the arguments, and `update` is tensor arithmetic only, which
 * gets those numbers as scalar tensors. What `update` reads of `hyper` is constant from the first step to the
 * last: never the rate, nor a momentum or first beta, which schedules move.
 *
 * A new optimizer is a file with its rule and a line in `index.ts`.
 */
export type Slots = { readonly [slot: string]: tf.Tensor };
export type HostNumbers = { readonly [key: string]: number };
export type Scalars = { readonly [key: string]: tf.Scalar };
/** How parameters are laid end to end: each element by itself, or each row of the first axis. */
export type Together = "elements" | "rows";

export interface RuleStep<H extends Hyper> {
  /** The parameter's unconstrained value, of any shape. */
  readonly value: tf.Tensor;
  /** Gradient of the loss with respect to it, of the same shape. */
  readonly grad: tf.Tensor;
  readonly slots: Slots;
  readonly hyper: H;
  /** What `host` returned for this step, one scalar tensor for each number. */
  readonly scalars: Scalars;
}

export interface RuleResult {
  readonly value: tf.Tensor;
  readonly slots: Slots;
}

export interface OptimizerRule<H extends Hyper = Hyper> {
  readonly name: string;
  /** Arguments with defaults and ranges. */
  readonly hyper: HyperTable<H>;
  /** Which argument is the learning rate (what a scheduler or a slider moves). */
  readonly rate: keyof H & string;
  /** Whether arguments that the table does not name are handed on as they are. */
  readonly takesAnything?: boolean;
  /** Whether elements, or rows, move by themselves, so that many small parameters may be updated as one long one. */
  together?(hyper: H): Together | undefined;
  /** Whether it keeps something of its own from step to step, so that its steps cannot be recorded. */
  readonly impure?: boolean;
  /** Checks that concern several arguments at once; returns what is wrong, or undefined. */
  conflict?(hyper: H): string | undefined;
  /** The tensors kept for a parameter before its first step. */
  slots(value: tf.Tensor, hyper: H): Slots;
  /**
   * Numbers of step `step` (counted from 1), from those of the step before (empty at the first).
   * They are part of the saved state. By convention `decay` is a factor of the rate (`getLr` shows it).
   */
  host(hyper: H, step: number, before: HostNumbers): HostNumbers;
  update(step: RuleStep<H>): RuleResult;
}

/** Zero tensors of the parameter's shape, one for each name. */
export function zeroSlots(value: tf.Tensor, names: readonly string[]): Slots {
  return Object.fromEntries(names.map((name) => [name, tf.zeros(value.shape)]));
}

/** A slot that the rule itself declared. */
export function slot(slots: Slots, name: string): tf.Tensor {
  const tensor = slots[name];
  if (tensor === undefined) throw new Error(`optimizer slot "${name}" is missing`);
  return tensor;
}

/** A number that the rule's own `host` returned. */
export function scalar(scalars: Scalars, name: string): tf.Scalar {
  const value = scalars[name];
  if (value === undefined) throw new Error(`optimizer number "${name}" is missing`);
  return value;
}

/** For rules whose every element moves by itself. */
export const elementwise = (): Together => "elements";

/** `rate·average + (1 - rate)·target`: a running average moved towards a new value. */
export function runningAverage(average: tf.Tensor, target: tf.Tensor, rate: number): tf.Tensor {
  return tf.add(tf.mul(average, rate), tf.mul(target, 1 - rate));
}

/** The numbers of a running average whose rate a schedule may move: part of what `host` returns. */
export function momentNumbers(betas: readonly [number, number]): { beta1: number; share1: number } {
  return { beta1: betas[0], share1: 1 - betas[0] };
}

/**
 * `1 - beta^step`, by which Adam and its kin divide an average that began at zero. Powers are dear, and after some steps
 * they no longer change it.
 */
export function biasCorrection(beta: number, step: number): number {
  // beta^step < exp(-40), which is below the last digit of 1.
  return step * (1 - beta) > 40 ? 1 : 1 - beta ** step;
}

/** `runningAverage` with the numbers of `momentNumbers`. */
export function firstMoment(average: tf.Tensor, target: tf.Tensor, scalars: Scalars): tf.Tensor {
  return tf.add(tf.mul(average, scalar(scalars, "beta1")), tf.mul(target, scalar(scalars, "share1")));
}

/** L2 penalty: the gradient of weightDecay/2·|value|² added to the gradient. */
export function decayed(grad: tf.Tensor, value: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? grad : tf.add(grad, tf.mul(value, weightDecay));
}
