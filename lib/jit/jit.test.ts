import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { normal, setSeed } from "../tensor/index.ts";
import { jit } from "./index.ts";

beforeEach(() => setSeed(1));
const numbers = (x: tf.Tensor) => Array.from(x.dataSync());

describe("jit", () => {
  it("compiles at the third call and gives what the function gives", () => {
    const f = jit((x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.tanh(x), y)));
    const y = tf.tensor1d([1, 2, 3]);
    for (let i = 0; i < 5; i++) {
      const x = tf.tensor1d([i, 0.5, -i]);
      const wanted = Math.tanh(i) + 2 * Math.tanh(0.5) - 3 * Math.tanh(i);
      expect(numbers(f(x, y))[0]).toBeCloseTo(wanted, 5);
      expect(f.program.compiled).toBe(i >= 1);
    }
    expect(String(f.program)).toMatch(/tanh/);
  });

  it("draws from the same random stream", () => {
    const f = jit((n: tf.Tensor) => tf.add(n, normal([3])));
    const zero = tf.zeros([3]);
    const compiled = Array.from({ length: 4 }, () => numbers(f(zero)));
    expect(f.program.compiled).toBe(true);
    setSeed(1);
    const eager = Array.from({ length: 4 }, () => numbers(normal([3])));
    expect(compiled).toEqual(eager);
  });

  it("sees a captured number, tensor, typed array and object change, within one turn", () => {
    let k = 1;
    let w = tf.scalar(1);
    const data = Float32Array.of(1, 2);
    const options = { deep: { shift: 0 } };
    const twice = (x: tf.Tensor) => tf.mul(x, 2 * k);
    const f = jit((x: tf.Tensor) =>
      tf.sum(tf.add(tf.mul(twice(x), w), tf.add(tf.tensor1d(data), options.deep.shift))),
    );
    const expected = (x: number) =>
      2 * (2 * k * x * (w.dataSync()[0] as number)) +
      (data[0] as number) +
      (data[1] as number) +
      2 * options.deep.shift;
    const changes = [() => k++, () => (w = tf.scalar(3)), () => (data[1] = 7), () => options.deep.shift++];
    for (const change of changes) {
      for (let i = 0; i < 4; i++) expect(numbers(f(tf.scalar(i)))[0]).toBeCloseTo(expected(i), 4);
      expect(f.program.compiled).toBe(true);
      change();
    }
    expect(numbers(f(tf.scalar(2)))[0]).toBeCloseTo(expected(2), 4);
  });
});
