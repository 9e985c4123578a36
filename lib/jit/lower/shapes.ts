/** Kernels that move elements, or only look at them in another way. */
import { type Part, rowMajor, sizeOf, type View } from "../dag/node.ts";
import { broadcast, reversed, sliced, transposed } from "../dag/view.ts";
import { refuse } from "../refusal.ts";
import { type KernelCall, positive, type Rules } from "./rule.ts";

const numbers = (x: unknown): number[] => [...(x as number[])];

/** Inputs laid end to end along an axis. */
function concatenated(call: KernelCall, inputs: readonly View[], axis: number): View {
  const { builder, shape, dtype } = call;
  const strides = rowMajor(shape);
  let at = 0;
  const parts: Part[] = [];
  for (const arg of inputs) {
    const length = arg.shape[axis] as number;
    if (length > 0) parts.push({ arg, shape: arg.shape, offset: at * (strides[axis] as number), strides });
    at += length;
  }
  return builder.assemble(shape, parts, dtype);
}

function concat(call: KernelCall): View {
  const [axis = 0] = positive(call.attrs.axis as number, call.shape.length);
  // tfjs leaves empty ones out, whatever their rank.
  const inputs = call.inputs.filter((view) => view.shape.length === call.shape.length);
  return concatenated(call, inputs, axis);
}

function pack(call: KernelCall): View {
  const { builder, inputs, attrs, shape } = call;
  const [axis = 0] = positive(attrs.axis as number, shape.length);
  const one = shape.map((n, i) => (i === axis ? 1 : n));
  return concatenated(
    call,
    inputs.map((view) => builder.reshape(view, one)),
    axis,
  );
}

function unpack({ builder, input, attrs, outputs }: KernelCall): View[] {
  const x = input("value");
  const [axis = 0] = positive(attrs.axis as number, x.shape.length);
  const size = x.shape.map((n, i) => (i === axis ? 1 : n));
  return outputs.map(({ shape }, at) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    return builder.reshape(sliced(x, begin, size), shape);
  });
}

function split({ input, attrs, outputs }: KernelCall): View[] {
  const x = input("x");
  const [axis = 0] = positive(attrs.axis as number, x.shape.length);
  let at = 0;
  return outputs.map(({ shape }) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    at += shape[axis] as number;
    return sliced(x, begin, shape);
  });
}

/** tfjs passes on what the caller gave: a number, or as many as there are, for the first axes. */
function slice({ input, attrs, shape }: KernelCall): View {
  const given = typeof attrs.begin === "number" ? [attrs.begin] : numbers(attrs.begin);
  return sliced(
    input("x"),
    shape.map((_, axis) => given[axis] ?? 0),
    shape,
  );
}

/** All axes, where none is named. */
function reverse({ input, attrs, shape }: KernelCall): View {
  const given = attrs.dims as number | number[] | null | undefined;
  return reversed(input("x"), positive(given ?? [...shape.keys()], shape.length));
}

/** Masks are bit fields over the axes, as in TensorFlow; ellipses and new axes are taken apart by tfjs before. */
function stridedSlice({ builder, input, attrs, shape }: KernelCall): View {
  const {
    beginMask = 0,
    endMask = 0,
    ellipsisMask = 0,
    newAxisMask = 0,
    shrinkAxisMask = 0,
  } = attrs as Record<string, number>;
  if (ellipsisMask !== 0 || newAxisMask !== 0)
    refuse("a strided slice with an ellipsis or a new axis is not compiled");
  const x = input("x");
  const steps = x.shape.map((_, i) => numbers(attrs.strides)[i] ?? 1);
  const begin = x.shape.map((n, i) => {
    const step = steps[i] as number;
    const given = numbers(attrs.begin)[i];
    if (given === undefined || (beginMask & (1 << i)) !== 0) return step > 0 ? 0 : n - 1;
    const at = given < 0 ? given + n : given;
    return step > 0 ? Math.min(Math.max(at, 0), n) : Math.min(Math.max(at, -1), n - 1);
  });
  const size = x.shape.map((n, i) => {
    const step = steps[i] as number;
    if ((shrinkAxisMask & (1 << i)) !== 0) return 1;
    const given = numbers(attrs.end)[i];
    const open = given === undefined || (endMask & (1 << i)) !== 0;
    const at = open ? (step > 0 ? n : -1) : (given as number) < 0 ? (given as number) + n : (given as number);
    const end = step > 0 ? Math.min(Math.max(at, 0), n) : Math.min(Math.max(at, -1), n);
    return Math.max(0, Math.ceil((end - (begin[i] as number)) / step));
  });
  return builder.reshape(sliced(x, begin, size, steps), shape);
}

function pad({ builder, input, attrs, shape, dtype }: KernelCall): View {
  const x = input("x");
  const strides = rowMajor(shape);
  const before = (attrs.paddings as number[][]).map(([n]) => n as number);
  const offset = before.reduce((sum, n, i) => sum + n * (strides[i] as number), 0);
  const parts = sizeOf(x.shape) > 0 ? [{ arg: x, shape: x.shape, offset, strides }] : [];
  return builder.assemble(shape, parts, dtype, Number(attrs.constantValue ?? 0));
}

/** Repetition is broadcasting along axes of its own, put side by side. */
function tile({ builder, input, attrs, shape }: KernelCall): View {
  const x = input("x");
  const reps = numbers(attrs.reps);
  const apart = x.shape.flatMap((n) => [1, n]);
  const spread = x.shape.flatMap((n, i) => [reps[i] as number, n]);
  return builder.reshape(broadcast(builder.reshape(x, apart), spread), shape);
}

/** x on the diagonal of a square of tensors. */
function diag({ builder, input, shape, dtype }: KernelCall): View {
  const x = input("x");
  const n = sizeOf(x.shape);
  const arg = builder.reshape(x, [n]);
  return builder.assemble(shape, [{ arg, shape: [n], offset: 0, strides: [n + 1] }], dtype, 0);
}

/** 1 where the position along the last axis is the index. */
function oneHot({ builder, input, attrs, shape, dtype }: KernelCall): View {
  const axis = shape.length - 1;
  const index = builder.reshape(input("indices"), [...shape.slice(0, -1), 1]);
  const { onValue, offValue } = attrs as { onValue: number; offValue: number };
  const hit = builder.map("equal", [index, { axis }], "bool", shape);
  return builder.map("select", [hit, onValue, offValue], dtype, shape);
}

export const shapeRules: Rules = {
  Concat: concat,
  Diag: diag,
  OneHot: oneHot,
  Pack: pack,
  PadV2: pad,
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: ({ input, attrs }) => transposed(input("x"), numbers(attrs.perm)),
  Unpack: unpack,
};
