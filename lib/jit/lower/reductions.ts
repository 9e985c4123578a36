/** Kernels that bring elements together. */
import type { View } from "../dag/node.ts";
import { sizeOf } from "../dag/node.ts";
import type { Dtype } from "../dag/ops.ts";
import type { Reducer } from "../schedule/steps.ts";
import { type KernelCall, positive, type Rule, type Rules } from "./rule.ts";

function axesOf({ attrs }: KernelCall, x: View): number[] {
  const given = (attrs.axis ?? attrs.reductionIndices) as number | number[] | null | undefined;
  if (given === null || given === undefined) return x.shape.map((_, i) => i);
  return positive(given, x.shape.length);
}

const reduction =
  (reducer: Reducer): Rule =>
  (call) => {
    const x = call.input("x");
    return call.builder.reshape(call.builder.reduce(reducer, x, axesOf(call, x), call.dtype), call.shape);
  };

function mean(call: KernelCall): View {
  const { builder, shape } = call;
  const x = call.input("x");
  const axes = axesOf(call, x);
  const count = axes.reduce((n, axis) => n * (x.shape[axis] as number), 1);
  return builder.map(
    "div",
    [builder.reshape(builder.reduce("sum", x, axes, "float32"), shape), count],
    "float32",
    shape,
  );
}

function softmax({ builder, input, attrs, shape }: KernelCall): View {
  const x = input("logits");
  const axes = positive((attrs.dim as number | undefined) ?? -1, x.shape.length);
  const map = (op: "sub" | "exp" | "div", ...args: View[]) => builder.map(op, args, "float32", shape);
  const powers = map("exp", map("sub", x, builder.reduce("max", x, axes, "float32")));
  return map("div", powers, builder.reduce("sum", powers, axes, "float32"));
}

/** The first position of the largest, or of the smallest, element along an axis; NaN is none, and of nothing else it is 0. */
const extremum =
  (reducer: "max" | "min"): Rule =>
  ({ builder, input, attrs, shape }) => {
    const x = input("x");
    const [axis = 0] = positive(attrs.axis as number, x.shape.length);
    const last = reducer === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const missing = builder.map("isNaN", [x], "bool", x.shape);
    const numbers = builder.map("select", [missing, last, x], "float32", x.shape);
    const best = builder.reduce(reducer, numbers, [axis], "float32");
    const hit = builder.map("equal", [numbers, best], "bool", x.shape);
    const place = builder.map("select", [hit, { axis }, x.shape[axis] as number], "int32", x.shape);
    return builder.reshape(builder.reduce("min", place, [axis], "int32"), shape);
  };

/** Running sums and products along an axis: a recurrence, so a loop of its own. */
const scan =
  (combine: (a: number, b: number) => number, neutral: number): Rule =>
  ({ builder, kernel, input, attrs, shape, dtype }) => {
    const x = input("x");
    const { exclusive, reverse } = attrs as { exclusive: boolean; reverse: boolean };
    const [axis = 0] = positive(attrs.axis as number, shape.length);
    const length = shape[axis] as number;
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    return builder.host(kernel, [x], shape, dtype as Dtype, ([from], [to]) => {
      if (from === undefined || to === undefined) return;
      for (let o = 0; o < outer; o++) {
        for (let k = 0; k < inner; k++) {
          let total = neutral;
          for (let i = 0; i < length; i++) {
            const at = (o * length + (reverse ? length - 1 - i : i)) * inner + k;
            const next = combine(total, from[at] as number);
            to[at] = exclusive ? total : next;
            total = next;
          }
        }
      }
    });
  };

export const reductionRules: Rules = {
  All: reduction("min"),
  Any: reduction("max"),
  ArgMax: extremum("max"),
  ArgMin: extremum("min"),
  Cumprod: scan((a, b) => a * b, 1),
  Cumsum: scan((a, b) => a + b, 0),
  Max: reduction("max"),
  Mean: mean,
  Min: reduction("min"),
  Prod: reduction("prod"),
  Softmax: softmax,
  Sum: reduction("sum"),
};
