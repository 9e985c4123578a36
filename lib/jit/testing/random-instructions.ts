/** What a random program may do next, given the shapes of what it has. */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky, lgamma, normal, standardGamma, triangularSolve, uniform } from "../../tensor/index.ts";
import type { Chance, Instruction, Shape } from "./random-program.ts";

type Constant = (shape: Shape) => tf.Tensor;
type One = { readonly text: string; readonly shape: Shape; readonly f: (x: tf.Tensor) => tf.Tensor };

const UNARY: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  tanh: tf.tanh,
  sin: tf.sin,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  neg: tf.neg,
  abs: tf.abs,
  relu: tf.relu,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  elu: tf.elu,
  erf: tf.erf,
  atan: tf.atan,
  clip: (x) => tf.clipByValue(x, -0.8, 0.9),
  "exp of tanh": (x) => tf.exp(tf.tanh(x)),
  "square of sin": (x) => tf.square(tf.sin(x)),
  "log1p of square": (x) => tf.log1p(tf.square(x)),
  "sqrt of abs": (x) => tf.sqrt(tf.add(tf.abs(x), 0.1)),
  "reciprocal of 1 + square": (x) => tf.reciprocal(tf.add(1, tf.square(x))),
  "lgamma of softplus": (x) => lgamma(tf.add(tf.softplus(x), 0.3)),
  "x + 0": (x) => tf.add(x, 0),
  "x * 1": (x) => tf.mul(x, 1),
  "times zeros": (x) => tf.add(tf.mul(tf.zerosLike(x), x), tf.onesLike(x)),
  "where positive": (x) => tf.where(tf.greater(x, 0.013), tf.mul(x, 2), tf.sin(x)),
  "as float of a condition": (x) => tf.mul(x, tf.cast(tf.less(x, 0.217), "float32")),
};

const BINARY: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  add: tf.add,
  sub: tf.sub,
  mul: (a, b) => tf.mul(tf.tanh(a), b),
  div: (a, b) => tf.div(a, tf.add(tf.abs(b), 0.5)),
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: (a, b) => tf.squaredDifference(tf.sin(a), tf.sin(b)),
  pow: (a, b) => tf.pow(tf.add(tf.sigmoid(a), 0.5), tf.tanh(b)),
  atan2: (a, b) => tf.atan2(a, tf.add(tf.abs(b), 0.3)),
  where: (a, b) =>
    tf.where(tf.greater(a, tf.add(b, 0.003)), tf.broadcastTo(a, tf.add(a, b).shape), tf.sin(b)),
};

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
const axesOf = (shape: Shape) => [...shape.keys()];

function shuffled<T>(chance: Chance, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

function broadcastOf(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = 1; i <= rank; i++) {
    const [m, n] = [a[a.length - i] ?? 1, b[b.length - i] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    out.unshift(Math.max(m, n));
  }
  return out;
}

function reduced(chance: Chance, shape: Shape): One | undefined {
  const axes = axesOf(shape).filter(() => chance.next() < 0.6);
  const keep = chance.next() < 0.4;
  const out = shape.flatMap((n, i) => (axes.includes(i) ? (keep ? [1] : []) : [n]));
  const row = (text: string, f: One["f"]): One => ({ text: `${text} along ${axes}`, shape: out, f });
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  if (axes.length === 0) return undefined;
  switch (chance.below(6)) {
    case 0:
      return row("sum", (x) => tf.sum(tf.tanh(x), axes, keep));
    case 1:
      return row("mean", (x) => tf.mean(x, axes, keep));
    case 2:
      return row("max", (x) => tf.max(x, axes, keep));
    case 3:
      return row("min", (x) => tf.min(x, axes, keep));
    case 4:
      return row("logSumExp", (x) => tf.logSumExp(x, axes, keep));
    default: {
      // 520 factors of 1.1 are 3e21, and the sine of that is rounding alone: a product stays below e.
      const share = Math.min(0.1, 1 / count);
      return row("prod", (x) => tf.prod(tf.add(1, tf.mul(share, tf.tanh(x))), axes, keep));
    }
  }
}

/** Views, and views of views. */
function looked(chance: Chance, shape: Shape): One | undefined {
  const rank = shape.length;
  const axis = chance.below(Math.max(1, rank));
  const n = shape[axis] ?? 1;
  const resized = (length: number) => shape.map((m, i) => (i === axis ? length : m));
  switch (chance.below(9)) {
    case 0: {
      const perm = shuffled(chance, axesOf(shape));
      return {
        text: `transpose ${perm}`,
        shape: perm.map((i) => shape[i] as number),
        f: (x) => tf.transpose(x, perm),
      };
    }
    case 1: {
      if (rank === 0) return undefined;
      const begin = shape.map((m) => chance.below(m));
      const size = shape.map((m, i) => 1 + chance.below(m - (begin[i] as number)));
      return { text: `slice ${begin}`, shape: size, f: (x) => tf.slice(x, begin, size) };
    }
    case 2: {
      if (rank === 0) return undefined;
      const axes = axesOf(shape).filter(() => chance.next() < 0.6);
      return { text: `reverse ${axes}`, shape, f: (x) => tf.reverse(x, axes) };
    }
    case 3: {
      const out = [...(chance.next() < 0.5 ? [2] : []), ...shape.map((m) => (m === 1 ? 3 : m))];
      return { text: "broadcastTo", shape: out, f: (x) => tf.broadcastTo(x, out) };
    }
    case 4: {
      const factors: number[] = [];
      for (let rest = sizeOf(shape), p = 2; rest > 1; ) {
        if (rest % p === 0) {
          factors.push(p);
          rest /= p;
        } else p++;
      }
      const out: number[] = Array.from({ length: 1 + chance.below(3) }, () => 1);
      for (const p of factors) {
        const i = chance.below(out.length);
        out[i] = (out[i] as number) * p;
      }
      return { text: "reshape", shape: out, f: (x) => tf.reshape(x, out) };
    }
    case 5: {
      const at = chance.below(rank + 1);
      const out = [...shape.slice(0, at), 1, ...shape.slice(at)];
      return rank > 4 ? undefined : { text: `expandDims ${at}`, shape: out, f: (x) => tf.expandDims(x, at) };
    }
    case 6:
      return { text: "squeeze", shape: shape.filter((m) => m !== 1), f: (x) => tf.squeeze(x) };
    case 7: {
      if (rank === 0) return undefined;
      const reps = shape.map(() => 1 + chance.below(2));
      return {
        text: `tile ${reps}`,
        shape: shape.map((m, i) => m * (reps[i] as number)),
        f: (x) => tf.tile(x, reps),
      };
    }
    default: {
      if (rank === 0 || n < 2) return undefined;
      const step = chance.pick([2, -1, -2]);
      const length = Math.ceil((step > 0 ? n : n - 1) / Math.abs(step));
      const ends = (inside: number, outside: number) =>
        axesOf(shape).map((i) => (i === axis ? inside : outside));
      const begin = ends(step > 0 ? 0 : n - 1, 0);
      const end = shape.map((m, i) => (i === axis ? (step > 0 ? m : 0) : m));
      return {
        text: `stridedSlice ${axis} by ${step}`,
        shape: resized(length),
        f: (x) => tf.stridedSlice(x, begin, end, ends(step, 1)),
      };
    }
  }
}

/** Elements that move. */
function moved(chance: Chance, shape: Shape): One | undefined {
  const rank = shape.length;
  if (rank === 0) return undefined;
  const axis = chance.below(rank);
  const n = shape[axis] as number;
  const resized = (length: number) => shape.map((m, i) => (i === axis ? length : m));
  const positions = (count: number, below: number) =>
    Array.from({ length: count }, () => chance.below(below));
  const rows = (list: number[]) => tf.tensor1d(list, "int32");
  switch (chance.below(10)) {
    case 0: {
      const list = positions(1 + chance.below(5), n);
      return {
        text: `gather ${axis}: ${list}`,
        shape: resized(list.length),
        f: (x) => tf.gather(x, rows(list), axis),
      };
    }
    case 1: {
      const paddings = shape.map((): [number, number] => [chance.below(2), chance.below(3)]);
      const out = shape.map(
        (m, i) => m + (paddings[i] as [number, number])[0] + (paddings[i] as [number, number])[1],
      );
      return { text: `pad ${paddings}`, shape: out, f: (x) => tf.pad(x, paddings, 0.3) };
    }
    case 2:
      return {
        text: `concat with its reverse, ${axis}`,
        shape: resized(2 * n),
        f: (x) => tf.concat([x, tf.reverse(x, axis)], axis),
      };
    case 3:
      return {
        text: `stack ${axis}`,
        shape: [...shape.slice(0, axis), 2, ...shape.slice(axis)],
        f: (x) => tf.stack([tf.sin(x), x], axis),
      };
    case 4: {
      const at = chance.below(n);
      return {
        text: `unstack ${axis}, ${at}`,
        shape: shape.filter((_, i) => i !== axis),
        f: (x) => tf.unstack(x, axis)[at] as tf.Tensor,
      };
    }
    case 5: {
      const list = positions(shape[0] as number, 4);
      return {
        text: `segment sums ${list}`,
        shape: [4, ...shape.slice(1)],
        f: (x) => tf.unsortedSegmentSum(x, rows(list) as tf.Tensor1D, 4),
      };
    }
    case 6: {
      const list = positions(shape[0] as number, 5);
      return {
        text: `scatterND ${list}`,
        shape: [5, ...shape.slice(1)],
        f: (x) => tf.scatterND(tf.tensor2d(list, [list.length, 1], "int32"), x, [5, ...shape.slice(1)]),
      };
    }
    case 7: {
      const at = chance.below(shape[0] as number);
      return {
        text: `tensorScatterUpdate ${at}`,
        shape,
        f: (x) => tf.tensorScatterUpdate(x, tf.tensor2d([at], [1, 1], "int32"), tf.slice(tf.cos(x), 0, 1)),
      };
    }
    case 8:
      return {
        text: `cumsum ${axis}`,
        shape,
        f: (x) => tf.mul(0.3, tf.cumsum(tf.tanh(x), axis, false, axis === 0)),
      };
    default:
      return { text: "softmax", shape, f: (x) => tf.softmax(x) };
  }
}

/** Matrices, draws, and what is not taken apart. */
function other(chance: Chance, shape: Shape, constant: Constant): One | undefined {
  const rank = shape.length;
  const [m = 1, k = 1] = shape.slice(-2);
  const swap = chance.next() < 0.5;
  switch (chance.below(8)) {
    case 0: {
      if (rank < 2) return undefined;
      const n = 1 + chance.below(6);
      const weights = constant(swap ? [n, k] : [k, n]);
      return {
        text: "matMul with weights",
        shape: [...shape.slice(0, -1), n],
        f: (x) => tf.matMul(tf.tanh(x), weights, false, swap),
      };
    }
    case 1:
      if (rank < 2) return undefined;
      return {
        text: "matMul with itself",
        shape: [...shape.slice(0, -2), m, m],
        f: (x) => tf.matMul(tf.tanh(x), tf.sin(x), false, true),
      };
    case 2:
      if (rank < 2 || m > 6 || k > 6) return undefined;
      return {
        text: "cholesky and solve",
        shape,
        f: (x) => {
          const a = tf.tanh(x);
          const l = cholesky(tf.add(tf.matMul(a, a, false, true), tf.mul(2, tf.eye(m))));
          return triangularSolve(l, a, swap);
        },
      };
    case 3:
      return { text: "plus normal draws", shape, f: (x) => tf.add(x, normal(shape)) };
    case 4:
      return { text: "times uniform draws", shape, f: (x) => tf.mul(x, uniform(shape)) };
    case 5:
      return { text: "gamma draws", shape, f: (x) => tf.tanh(standardGamma(tf.add(0.7, tf.sigmoid(x)))) };
    case 6: {
      if (rank === 0) return undefined;
      const k = 1 + chance.below(shape.at(-1) as number);
      return { text: `topk ${k}`, shape: [...shape.slice(0, -1), k], f: (x) => tf.topk(x, k).values };
    }
    default: {
      const weights = constant(shape);
      return { text: "times a constant", shape, f: (x) => tf.mul(x, weights) };
    }
  }
}

/** One more instruction; undefined where the dice fell badly. */
export function growth(
  chance: Chance,
  shapes: readonly Shape[],
  constant: Constant,
): Instruction | undefined {
  // Rather something recent.
  const recent = () =>
    chance.next() < 0.6 ? Math.max(0, shapes.length - 1 - chance.below(3)) : chance.below(shapes.length);
  const from = recent();
  const shape = shapes[from] as Shape;
  if (shape.length > 4) return undefined;
  const dice = chance.next();
  if (dice < 0.25) {
    const partners = shapes.flatMap((of, i) => (broadcastOf(shape, of) === undefined ? [] : [i]));
    const partner = chance.pick(partners);
    const text = chance.pick(Object.keys(BINARY));
    const both = chance.next() < 0.5 ? [from, partner] : [partner, from];
    const out = broadcastOf(shape, shapes[partner] as Shape) as number[];
    return { text, from: both, shape: out, f: BINARY[text] as Instruction["f"] };
  }
  const text = chance.pick(Object.keys(UNARY));
  const one =
    dice < 0.42
      ? { text, shape, f: UNARY[text] as One["f"] }
      : dice < 0.54
        ? reduced(chance, shape)
        : dice < 0.73
          ? looked(chance, shape)
          : dice < 0.87
            ? moved(chance, shape)
            : other(chance, shape, constant);
  return one === undefined ? undefined : { ...one, from: [from], f: one.f as Instruction["f"] };
}
