/**
 * Every differentiable op: its derivative and its Hessian-vector product along random directions, against finite
 * differences. Each op is composed with a square, so that its second derivative also contains its first, and ops
 * that are linear are not trivially right.
 */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { on, testBackends } from "../testing/backends.ts";
import { firstDerivative, noise, secondDerivative } from "../testing/gradcheck.ts";
import { type F, type OpRow, opRows } from "../testing/op-rows.ts";

function inputsOf({ inputs }: OpRow): tf.Tensor[] {
  return inputs.map(([shape, low, high], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = noise(size, 101 + i).map((u) => low + ((u + 1) / 2) * (high - low));
    return tf.tensor(values, [...shape]);
  });
}

/** The op mixed with its square and, where shapes agree, its input: a detached factor anywhere shows. */
const composed =
  (f: F): F =>
  (...xs) => {
    const y = f(...xs);
    return tf.add(y, tf.mul(0.5, tf.square(y)));
  };

// Central differences of float32 with a step of 1e-2: rounding 1e-7/1e-2 times the size of the sum, and h²
// times the third derivative, give some 1e-3 of the scale of the terms.
const TOLERANCE = 5e-3;

describe.each(testBackends)("every op on %s", (backend) => {
  test.each(opRows)("$name", async (row) => {
    const f = composed(row.f);
    const [first, second] = await on(backend, () => [
      firstDerivative(f, inputsOf(row), row.step),
      secondDerivative(f, inputsOf(row), row.step),
    ]);
    for (const { analytic, numeric } of [first, second] as { analytic: number; numeric: number }[]) {
      expect(Math.abs(analytic - numeric)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)));
    }
  });
});
