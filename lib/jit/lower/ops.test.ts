/** Every op of the table of ops, value and gradient: compiled as eagerly. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { setSeed } from "../../tensor/index.ts";
import { on, testBackends } from "../../tensor/testing/backends.ts";
import { noise } from "../../tensor/testing/gradcheck.ts";
import { type OpRow, opRows } from "../../tensor/testing/op-rows.ts";
import { bothWays, distance } from "../testing/agree.ts";

/** An eager step rounds to float32 after each kernel (6e-8), which cancellation in sums of gradients magnifies. */
const TOLERANCE = 2e-5;

function inputsOf(row: OpRow, seed: number): tf.Tensor[] {
  return row.inputs.map(([shape, low, high], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = noise(size, seed + i).map((x) => low + ((x + 1) / 2) * (high - low));
    return tf.tensor(values, [...shape]);
  });
}

/** The op's value, and its gradients along a cotangent that is no vector of ones. */
function withGradients(row: OpRow): (...xs: tf.Tensor[]) => tf.Tensor[] {
  return (...xs) => {
    const value = row.f(...xs);
    const cotangent = tf.tensor(noise(value.size, 3), value.shape);
    const total = (...zs: tf.Tensor[]) => tf.sum(tf.mul(row.f(...zs), cotangent));
    return [value, ...tf.grads(total)(xs)];
  };
}

beforeEach(() => setSeed(3));

describe.each(testBackends.filter((name) => name !== "wasm"))("recorded on %s", (backend) => {
  it.each(opRows.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    await on(backend, () => {
      const args = inputsOf(row, 5);
      const { eager, compiled } = bothWays({ args, f: withGradients(row) }, inputsOf(row, 17));
      eager.forEach((values, i) => {
        const what = i === 0 ? "value" : `gradient in input ${i - 1}`;
        expect(distance(values, compiled[i] ?? []), what).toBeLessThan(TOLERANCE);
      });
      return [];
    });
  });
});
