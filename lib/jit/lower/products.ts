/** Matrix products, and what is built of them. */
import { sizeOf, type View } from "../dag/node.ts";
import type { Op } from "../dag/ops.ts";
import { broadcast, transposed } from "../dag/view.ts";
import { refuse } from "../refusal.ts";
import type { KernelCall, Rules } from "./rule.ts";

/** Products smaller than this are sums in a loop with what surrounds them. */
const SMALL = 64;

function product(call: KernelCall, a: View, b: View): View {
  const { builder, attrs, shape } = call;
  const flip = (view: View, on: unknown) =>
    on === true
      ? transposed(
          view,
          [...view.shape.keys()].slice(0, -2).concat(view.shape.length - 1, view.shape.length - 2),
        )
      : view;
  const [left, right] = [flip(a, attrs.transposeA), flip(b, attrs.transposeB)];
  const [m, k] = left.shape.slice(-2) as [number, number];
  const n = right.shape.at(-1) as number;
  const batch = shape.slice(0, -2);
  if (sizeOf(batch) * m * k * n <= SMALL || m * k * n === 0) {
    const lead = batch.length;
    const full = [...batch, m, k, n];
    const x = broadcast(builder.reshape(left, [...left.shape.slice(0, -2), m, k, 1]), full);
    const y = broadcast(builder.reshape(right, [...right.shape.slice(0, -2), 1, k, n]), full);
    const terms = builder.map("mul", [x, y], "float32", full);
    return builder.reshape(builder.reduce("sum", terms, [lead + 1], "float32"), shape);
  }
  const count = sizeOf(batch);
  const x = builder.reshape(broadcast(left, [...batch, m, k]), [count, m, k]);
  const y = builder.reshape(broadcast(right, [...batch, k, n]), [count, k, n]);
  return builder.reshape(builder.matmul(x, y), shape);
}

const ACTIVATIONS: Readonly<Record<string, Op>> = {
  relu: "relu",
  relu6: "relu6",
  elu: "elu",
  sigmoid: "sigmoid",
};

function fused(call: KernelCall): View {
  const { builder, attrs, shape } = call;
  let out = product(call, call.input("a"), call.input("b"));
  if (call.has("bias")) out = builder.map("add", [out, call.input("bias")], "float32", shape);
  const activation = attrs.activation as string | undefined;
  if (activation === undefined || activation === "linear" || activation === null) return out;
  const op =
    ACTIVATIONS[activation] ?? refuse(`the activation ${activation} of a fused product is not compiled`);
  return builder.map(op, [out], "float32", shape);
}

/** Over all letters, those that are not in the result summed out. */
function einsum({ builder, inputs, attrs, shape }: KernelCall): View {
  const [left = "", output = ""] = String(attrs.equation).replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    for (const [d, letter] of [...term].entries()) sizes.set(letter, inputs[i]?.shape[d] as number);
  }
  const summed = [...sizes.keys()].filter((letter) => !output.includes(letter));
  const order = [...output, ...summed];
  const full = order.map((letter) => sizes.get(letter) as number);
  const spread = terms.map((term, i) => {
    const view = inputs[i] as View;
    const present = order.filter((letter) => term.includes(letter));
    const turned = transposed(
      view,
      present.map((letter) => term.indexOf(letter)),
    );
    return broadcast(
      builder.reshape(
        turned,
        order.map((letter) => (term.includes(letter) ? (sizes.get(letter) as number) : 1)),
      ),
      full,
    );
  });
  const all = spread.reduce((a, b) => builder.map("mul", [a, b], "float32", full));
  const axes = summed.map((_, i) => output.length + i);
  return builder.reshape(axes.length === 0 ? all : builder.reduce("sum", all, axes, "float32"), shape);
}

export const productRules: Rules = {
  BatchMatMul: (call) => product(call, call.input("a"), call.input("b")),
  Einsum: einsum,
  _FusedMatMul: fused,
};
