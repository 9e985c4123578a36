import digamma from "@stdlib/math-base-special-digamma";
import erfinv from "@stdlib/math-base-special-erfinv";
import * as tf from "@tensorflow/tfjs-core";
import * as math from "mathjs";
import { describe, expect, test } from "vitest";
import { broadcastShapes, broadcastTo } from "../tensor/index.ts";
import { numbers, on, testBackends } from "../tensor/testing/backends.ts";
import { firstDerivative, noise, secondDerivative } from "../tensor/testing/gradcheck.ts";
import { type Case, cases } from "./formula.cases.ts";
import { formula } from "./formula.ts";
import { constants, functions } from "./functions.ts";

/** What mathjs lacks. */
const extras = { digamma, probit: (p: number) => Math.SQRT2 * erfinv(2 * p - 1) };

const drawn = new Map<Case, Record<string, { shape: number[]; values: Float32Array }>>();

/** Reproducible values of a case's names. */
function inputsOf(row: Case) {
  const known = drawn.get(row);
  if (known !== undefined) return known;
  const made = Object.fromEntries(
    Object.entries(row.inputs).map(([name, [shape, low, high]], i) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = noise(size, 7 + i).map((u) => low + ((high - low) * (u + 1)) / 2);
      return [name, { shape: [...shape], values }];
    }),
  );
  drawn.set(row, made);
  return made;
}

function tensorsOf(row: Case): tf.Tensor[] {
  return Object.values(inputsOf(row)).map(({ shape, values }) => tf.tensor(values, shape));
}

function compute(row: Case, tensors: readonly tf.Tensor[]): tf.Tensor {
  const names = Object.keys(row.inputs);
  return formula(row.text, Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor])));
}

function flat(result: unknown): number[] {
  if (typeof result === "object" && result !== null && "entries" in result) {
    return flat((result as { entries: unknown[] }).entries.at(-1));
  }
  const plain: unknown = math.isMatrix(result) ? result.toArray() : result;
  return (Array.isArray(plain) ? plain.flat(4) : [plain]).map(Number);
}

function reference(row: Case): number[] {
  const text = row.reference ?? row.text;
  const inputs = inputsOf(row);
  if (!row.each) {
    const scope = Object.entries(inputs).map(([name, { shape, values }]) => {
      const value = shape.length === 0 ? values[0] : math.reshape(math.matrix([...values]), shape);
      return [name, value];
    });
    return flat(math.evaluate(text, { ...extras, ...Object.fromEntries(scope) }));
  }
  const shape = broadcastShapes(...Object.values(inputs).map((input) => input.shape));
  const columns = Object.entries(inputs).map(
    ([name, input]) => [name, numbers(broadcastTo(tf.tensor(input.values, input.shape), shape))] as const,
  );
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, i) => {
    const scope = Object.fromEntries(columns.map(([name, column]) => [name, column[i]]));
    return flat(math.evaluate(text, { ...extras, ...scope }))[0] as number;
  });
}

describe.each(testBackends)("on %s", (backend) => {
  test.each(cases.map((row) => [row.text, row] as const))("%s has mathjs's value", async (_text, row) => {
    const expected = reference(row);
    const found = await on(backend, () => numbers(compute(row, tensorsOf(row))));
    expect(found.length).toBe(expected.length);
    // float32 has seven digits; sums and products of a few numbers lose one or two of them.
    const tolerance = row.tolerance ?? 2e-5;
    found.forEach((value, i) => {
      const want = expected[i] as number;
      expect(Math.abs(value - want), `element ${i}: ${value}, not ${want}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(want)),
      );
    });
  });
});

test.each(cases.map((row) => [row.text, row] as const))(
  "%s has the gradient of finite differences",
  (_text, row) => {
    tf.tidy(() => {
      const f = (...xs: tf.Tensor[]) => compute(row, xs);
      const tensors = tensorsOf(row);
      if (row.flat) {
        for (const gradient of tf.grads(f)(tensors)) expect(numbers(tf.sum(tf.abs(gradient)))).toEqual([0]);
        return;
      }
      const { analytic, numeric } = firstDerivative(f, tensors, row.step ?? 3e-3);
      // The difference of two float32 sums, divided by a step of about 1e-2.
      expect(Math.abs(analytic - numeric), `${analytic}, not ${numeric}`).toBeLessThan(
        5e-3 * (1 + Math.abs(numeric)),
      );
    });
  },
);

test.each(cases.filter((row) => !row.flat).map((row) => [row.text, row] as const))(
  "%s has the second derivative of finite differences",
  (_text, row) => {
    tf.tidy(() => {
      // The sine makes linear formulas curved, and keeps large values small.
      const f = (...xs: tf.Tensor[]) => tf.sin(compute(row, xs));
      const { analytic, numeric } = secondDerivative(f, tensorsOf(row), row.step ?? 3e-3);
      // The difference of two gradients in float32, divided by a step of 1e-3 to 3e-3.
      const tolerance = 2e-2 * (1 + Math.abs(numeric));
      expect(Math.abs(analytic - numeric), `${analytic}, not ${numeric}`).toBeLessThan(tolerance);
    });
  },
);

test("numbers alone are computed in float64, as mathjs does", () => {
  for (const row of cases.filter((one) => one.each && Object.keys(one.inputs).length === 1)) {
    const { x } = inputsOf(row);
    const value = x?.values[0] ?? 0;
    const expected = flat(math.evaluate(row.reference ?? row.text, { ...extras, x: value }))[0] as number;
    const found = numbers(formula(row.text, { x: value }))[0] as number;
    // Gamma and its like have no function of numbers here and go through float32.
    expect(Math.abs(found - expected), row.text).toBeLessThan(
      (row.tolerance ?? 2e-5) * Math.max(1, Math.abs(expected)),
    );
  }
  // 1e8 + 1 is not a float32, and (1e8 + 1) - 1e8 is 1 only in float64.
  expect(numbers(formula("(1e8 + 1) - 1e8", {}))).toEqual([1]);
});

test("every function and constant has a case", () => {
  const text = cases.map((row) => row.text).join("\n");
  const missing = [...Object.keys(functions), ...Object.keys(constants)].filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(text),
  );
  expect(missing).toEqual([]);
});
