import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { broadcastShapes, broadcastTo, sumRightmost, sumToShape, toTensor } from "./index.ts";
import { numbers } from "./testing/backends.ts";

describe("broadcastShapes", () => {
  test.each([
    [[], []],
    [[[3]], [3]],
    [
      [[3, 1], [4]],
      [3, 4],
    ],
    [
      [[2, 1, 4], [3, 1], []],
      [2, 3, 4],
    ],
    [[[0], [1]], [0]],
  ])("%j -> %j", (shapes, expected) => {
    expect(broadcastShapes(...(shapes as number[][]))).toEqual(expected);
  });

  test("names the shapes that do not fit", () => {
    expect(() => broadcastShapes([2, 3], [4])).toThrow("[2, 3] and [4]");
    expect(() => broadcastShapes([0], [2])).toThrow("do not broadcast");
  });
});

test("broadcastTo copies, and returns a tensor that has the shape already", () => {
  const x = tf.tensor([1, 2], [2, 1]);
  expect(broadcastTo(x, [2, 1])).toBe(x);
  expect(numbers(broadcastTo(x, [2, 2, 3]))).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
});

describe("sumRightmost", () => {
  const x = tf.ones([2, 3, 4]);
  test.each([
    [0, [2, 3, 4], 1],
    [1, [2, 3], 4],
    [3, [], 24],
    [-1, [2], 12],
  ])("n = %d leaves shape %j", (n, shape, value) => {
    const y = sumRightmost(x, n);
    expect(y.shape).toEqual(shape);
    expect(numbers(y)[0]).toBe(value);
  });

  test("cannot sum more dimensions than there are", () => {
    expect(() => sumRightmost(x, 4)).toThrow("shape [2, 3, 4]");
  });
});

test("sumToShape undoes broadcasting", () => {
  const x = tf.ones([5, 2, 3]);
  expect(sumToShape(x, [5, 2, 3])).toBe(x);
  for (const shape of [[2, 1], [3], [], [1, 1, 3], [1], [5, 1, 1]]) {
    const y = sumToShape(x, shape);
    expect(y.shape).toEqual(shape);
    expect(numbers(y)[0]).toBe(30 / y.size);
  }
});

describe("toTensor", () => {
  test("keeps a float32 tensor, casts others", () => {
    const x = tf.tensor([1.5]);
    expect(toTensor(x)).toBe(x);
    const whole = toTensor(tf.tensor([1, 2], [2], "int32"));
    expect([whole.dtype, numbers(whole)]).toEqual(["float32", [1, 2]]);
  });

  test.each([
    [3, [], [3]],
    [true, [], [1]],
    [[1, 2], [2], [1, 2]],
    [
      [
        [1, true],
        [3, 4],
      ],
      [2, 2],
      [1, 1, 3, 4],
    ],
    [[], [0], []],
    [[[], []], [2, 0], []],
    [Float64Array.of(1, 2), [2], [1, 2]],
  ])("%j has shape %j", (value, shape, values) => {
    const t = toTensor(value as never);
    expect(t.dtype).toBe("float32");
    expect(t.shape).toEqual(shape);
    expect(numbers(t)).toEqual(values);
  });

  test("does not alias an array that may change", () => {
    const array = Float32Array.of(1, 2);
    const t = toTensor(array);
    array[0] = 9;
    expect(numbers(t)).toEqual([1, 2]);
  });

  test.each([
    [[[1, 2], [3]], "not rectangular"],
    [[1, [2]], "not rectangular"],
    [[[1], 2], "not rectangular"],
    ["abc", 'the string "abc"'],
    [undefined, "undefined"],
    [[tf.scalar(1)], "tf.stack"],
  ])("refuses what is no array of numbers (%#)", (value, message) => {
    expect(() => toTensor(value as never)).toThrow(message);
  });
});
