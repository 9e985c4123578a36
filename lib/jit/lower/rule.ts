import type { Builder } from "../dag/builder.ts";
import type { View } from "../dag/node.ts";
import type { Dtype } from "../dag/ops.ts";

/** One call of a tfjs kernel, seen by the rule that takes it apart. */
export interface KernelCall {
  readonly builder: Builder;
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The inputs in the order in which they were given. */
  readonly inputs: readonly View[];
  input(name: string): View;
  has(name: string): boolean;
  /** Shape and type of the outputs, as tfjs made them. */
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: Dtype }[];
  /** Of the first output. */
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

export type Rule = (call: KernelCall) => View | readonly View[];
export type Rules = Readonly<Record<string, Rule>>;

/** Axes counted from the front. */
export function positive(axes: number | readonly number[], rank: number): number[] {
  return (typeof axes === "number" ? [axes] : [...axes]).map((axis) => (axis < 0 ? axis + rank : axis));
}
