import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { loadBackend } from "../backend.ts";

type Place = readonly number[];

interface Row {
  readonly shape: number[];
  readonly of: (x: tf.Tensor) => tf.Tensor;
  readonly result: number[];
  /** Where an element of the result comes from. */
  readonly from: (at: Place) => Place;
}

const at = (place: Place, d: number): number => place[d] as number;

const rows: Record<string, Row> = {
  "a slice of columns": {
    shape: [5, 4],
    of: (x) => tf.slice(x, [1, 2], [3, 2]),
    result: [3, 2],
    from: ([i = 0, j = 0]) => [i + 1, j + 2],
  },
  "a slice to the end": {
    shape: [2, 3, 4],
    of: (x) => tf.slice(x, [0, 1, 3], [-1, -1, 1]),
    result: [2, 2, 1],
    from: ([i = 0, j = 0]) => [i, j + 1, 3],
  },
  "a slice in one piece": {
    shape: [4, 3],
    of: (x) => tf.slice(x, [2, 0], [1, 3]),
    result: [1, 3],
    from: (place) => [2, at(place, 1)],
  },
  "an empty slice": {
    shape: [3, 3],
    of: (x) => tf.slice(x, [1, 1], [2, 0]),
    result: [2, 0],
    from: (place) => place,
  },
  "tiles of a vector": { shape: [3], of: (x) => tf.tile(x, [3]), result: [9], from: ([i = 0]) => [i % 3] },
  "tiles along all axes": {
    shape: [2, 1, 3],
    of: (x) => tf.tile(x, [2, 4, 2]),
    result: [4, 4, 6],
    from: ([i = 0, , k = 0]) => [i % 2, 0, k % 3],
  },
  "no tiles": { shape: [2, 3], of: (x) => tf.tile(x, [1, 0]), result: [2, 0], from: (place) => place },
  "a transposed matrix": {
    shape: [3, 5],
    of: (x) => tf.transpose(x),
    result: [5, 3],
    from: ([i = 0, j = 0]) => [j, i],
  },
  "axes turned round": {
    shape: [2, 3, 4],
    of: (x) => tf.transpose(x, [2, 0, 1]),
    result: [4, 2, 3],
    from: ([i = 0, j = 0, k = 0]) => [j, k, i],
  },
  "axes as they are": { shape: [2, 3], of: (x) => tf.transpose(x, [0, 1]), result: [2, 3], from: (p) => p },
};

describe("kernels that only move numbers, on the cpu core", () => {
  beforeAll(async () => {
    await loadBackend("cpu");
    await tf.setBackend("cpu");
  });

  describe.each(["float32", "int32", "bool"] as const)("of %s", (dtype) => {
    it.each(Object.entries(rows))("%s", (_, { shape, of, result, from }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const numbers = Array.from({ length: size }, (_, i) => (dtype === "bool" ? ((i * 7) % 3) & 1 : i + 1));
      tf.tidy(() => {
        const x = tf.tensor(numbers, shape, dtype);
        const y = of(x);
        const [want, source] = [tf.buffer(result, dtype), tf.buffer(shape, dtype, x.dataSync())];
        for (let i = 0; i < want.size; i++) {
          const place = want.indexToLoc(i);
          want.set(source.get(...from(place)), ...place);
        }
        expect(y.shape).toEqual(result);
        expect(y.dtype).toBe(dtype);
        expect([...y.dataSync()]).toEqual([...want.values]);
      });
    });
  });

  it("says what is wrong with a slice", () => {
    const x = tf.zeros([2, 2]);
    expect(() => tf.slice(x, [0, 1], [2, 2])).toThrow(/slice/);
    x.dispose();
  });
});
