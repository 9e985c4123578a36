import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { loadBackend } from "../backend.ts";
import { lgamma } from "../index.ts";
import { SMALL } from "./sizes.ts";

const native = await loadBackend("tensorflow");

/** A value of each kind of number that formulas meet. */
const points = [
  -2.5,
  -1,
  -0,
  0,
  0.3,
  1,
  2,
  7.25,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const others = [3, 0.5, 2, 0, -1, 1, 2, -0.25, 1, 2, Number.NaN];

type Op = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;
const ops: Record<string, Op> = {
  abs: (x) => tf.abs(x),
  add: (x, y) => tf.add(x, y),
  castInt: (x) => tf.cast(tf.clipByValue(tf.where(tf.isNaN(x), tf.zerosLike(x), x), -5, 5), "int32"),
  castBool: (x) => tf.cast(x, "bool"),
  clip: (x) => tf.clipByValue(x, -1, 2),
  equal: (x, y) => tf.equal(x, y),
  notEqual: (x, y) => tf.notEqual(x, y),
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  greater: (x, y) => tf.greater(x, y),
  greaterEqual: (x, y) => tf.greaterEqual(x, y),
  less: (x, y) => tf.less(x, y),
  lessEqual: (x, y) => tf.lessEqual(x, y),
  log: (x) => tf.log(x),
  log1p: (x) => tf.log1p(x),
  logical: (x, y) =>
    tf.logicalOr(tf.logicalAnd(tf.greater(x, 0), tf.less(y, 1)), tf.logicalNot(tf.less(x, y))),
  multiply: (x, y) => tf.mul(x, y),
  negative: (x) => tf.neg(x),
  ones: (x) => tf.onesLike(x),
  pow: (x) => tf.pow(x, 2),
  divide: (x, y) => tf.div(x, y),
  reciprocal: (x) => tf.reciprocal(x),
  rsqrt: (x) => tf.rsqrt(x),
  where: (x, y) => tf.where(tf.greater(x, y), x, y),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => tf.softplus(x),
  sqrt: (x) => tf.sqrt(x),
  square: (x) => tf.square(x),
  squaredDifference: (x, y) => tf.squaredDifference(x, y),
  sub: (x, y) => tf.sub(x, y),
  tanh: (x) => tf.tanh(x),
  zeros: (x) => tf.zerosLike(x),
  acos: (x) => tf.acos(x),
  acosh: (x) => tf.acosh(x),
  asin: (x) => tf.asin(x),
  asinh: (x) => tf.asinh(x),
  atan: (x) => tf.atan(x),
  atanh: (x) => tf.atanh(x),
  ceil: (x) => tf.ceil(x),
  cos: (x) => tf.cos(x),
  cosh: (x) => tf.cosh(x),
  floor: (x) => tf.floor(x),
  round: (x) => tf.round(x),
  sin: (x) => tf.sin(x),
  sinh: (x) => tf.sinh(x),
  tan: (x) => tf.tan(x),
  roundHalves: (x) => tf.round(tf.mul(x, 2.5)),
  prod: (x, y) => tf.prod(tf.stack([x, y]), 0),
  mean: (x, y) => tf.mean(tf.stack([x, y]), 0),
  maximum: (x, y) => tf.maximum(x, tf.where(tf.isNaN(y), tf.onesLike(y), y)),
  concat: (x, y) => tf.concat([x, y]),
  slice: (x, y) => tf.slice(tf.concat([x, y]), 0, x.size),
  pack: (x, y) => tf.stack([x, y], 1),
  transpose: (x, y) => tf.transpose(tf.stack([x, y], 1), [1, 0]),
  pad: (x) => tf.pad(x, [[1, 0]]),
  gather: (x, y) => tf.gather(tf.sub(x, y), tf.range(0, x.size, 1, "int32")),
  tile: (x) => tf.tile(tf.reshape(x, [1, -1]), [2, 1]),
  broadcastRows: (x, y) => tf.sub(tf.reshape(x, [-1, 1]), tf.slice(y, 0, 3)),
  all: (x, y) => tf.all(tf.less(tf.stack([x, y], 1), 3), 1),
  any: (x, y) => tf.any(tf.less(tf.stack([x, y], 1), 0), 1),
  cumsum: (x, y) => tf.cumsum(tf.stack([x, y], 1), 1),
  cumsumReversed: (x, y) => tf.cumsum(tf.stack([x, y, x], 1), 1, true, true),
  isFinite: (x) => tf.isFinite(x),
  isInf: (x) => tf.isInf(x),
  isNaN: (x) => tf.isNaN(x),
  lgamma: (x) => lgamma(tf.abs(x)),
};

describe.runIf(native.ok)("tiny tensors on the native core", () => {
  beforeAll(() => tf.setBackend("tensorflow"));

  it.each(Object.entries(ops))("%s is what TensorFlow computes for a large tensor", (_, op) => {
    tf.tidy(() => {
      const small = op(tf.tensor1d(points), tf.tensor1d(others));
      const repeat = Math.ceil((SMALL + 1) / points.length);
      const large = op(tf.tile(tf.tensor1d(points), [repeat]), tf.tile(tf.tensor1d(others), [repeat]));
      expect(large.size).toBeGreaterThan(SMALL);
      expect(small.dtype).toBe(large.dtype);
      const [got, want] = [small.dataSync(), large.dataSync().slice(0, points.length)];
      want.forEach((w, i) => {
        const g = got[i] ?? Number.NaN;
        // Both round to float32; TensorFlow's exp, tanh and lgamma are off by a few units in the last place.
        if (Number.isFinite(w)) expect(Math.abs(g - w)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(w)));
        else expect(g).toBe(w);
      });
    });
  });

  it("keep shapes, broadcast, reduce, and mix with large ones, without leaving anything behind", () => {
    const before = tf.memory();
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 2, 3]]);
      const y = tf.tensor2d([[10], [20]]);
      expect(tf.add(x, y).arraySync()).toEqual([
        [11, 12, 13],
        [21, 22, 23],
      ]);
      expect(tf.sum(tf.mul(x, y), 1).arraySync()).toEqual([60, 120]);
      // Views that the host makes of its values have a shape of their own when TensorFlow gets them.
      const column = tf.sum(tf.expandDims(tf.exp(tf.zeros([4])), 1), 1, true);
      expect(tf.matMul(column, tf.ones([1, 100])).shape).toEqual([4, 100]);
      const flags = tf.cast(tf.greater(x, 1.5), "float32");
      expect(tf.sum(tf.matMul(flags, tf.ones([3, 100]))).dataSync()[0]).toBe(200);
      const turned = tf.reshape(tf.exp(tf.zeros([2, 3])), [3, 2]);
      const native = tf.matMul(turned, tf.reshape(tf.range(0, 100), [2, 50]));
      expect(native.shape).toEqual([3, 50]);
      expect(tf.add(native, tf.sum(native)).arraySync()).toEqual(
        (native.arraySync() as number[][]).map((row) => row.map((v) => v + 14850)),
      );
      const grad = tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.reshape(v, [-1, 1]))))(x);
      expect(grad.arraySync()).toEqual([[2, 4, 6]]);
    });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
