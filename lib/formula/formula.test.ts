import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test, vi } from "vitest";
import { collectGarbage } from "../tensor/index.ts";
import { numbers } from "../tensor/testing/backends.ts";
import { formula } from "./formula.ts";
import { programOf } from "./program.ts";

const x = tf.tensor1d([1, 2, 3]);

describe("ways to call", () => {
  test("a text with a scope is a tensor", () => {
    const y = formula("alpha + beta * x", { alpha: 1, beta: tf.scalar(2), x });
    expect([y.dtype, y.shape, numbers(y)]).toEqual(["float32", [3], [3, 5, 7]]);
  });

  test("a text alone is a formula to be called or evaluated", () => {
    const f = formula("alpha + beta * x");
    expect(f.names).toEqual(["alpha", "beta", "x"]);
    expect(numbers(f({ alpha: 1, beta: 2, x }))).toEqual([3, 5, 7]);
    expect(numbers(formula.compile("alpha + x").evaluate({ alpha: 1, x }))).toEqual([2, 3, 4]);
    expect(String(f)).toBe("alpha + beta * x");
  });

  test.each([
    ["numbers and names", () => formula`alpha + ${2} * x`({ alpha: 1, x }), [3, 5, 7]],
    ["tensors", () => formula`2 ${x} + 1`(), [3, 5, 7]],
    ["arrays", () => formula`${[1, 2]} + 1`(), [2, 3]],
    ["functions", () => formula`${(t: tf.Tensor) => tf.square(t)}(a) + 1`({ a: 3 }), [10]],
    ["indices", () => formula`${x}[${2}]`(), [2]],
    ["a product without a sign", () => formula`a${2}b`({ a: 3, b: 5 }), [30]],
    ["names that look like those put in", () => formula`v1 + ${10} * v2`({ v1: 1, v2: 2 }), [21]],
    ["values that win over the scope", () => formula`${1} + v1`({ v1: 5 }), [6]],
    ["other formulas", () => formula`exp(${formula("a - b")}) * a`({ a: 2, b: 2 }), [2]],
    ["other templates", () => formula`${formula`${2} + a`} * ${3}`({ a: 1 }), [9]],
  ])("a template takes %s", (_name, run, expected) => {
    expect(numbers(run())).toEqual(expected);
  });

  test("a formula is a value of another one's scope", () => {
    const mu = formula("alpha + beta * x");
    expect(numbers(formula("exp(mu) / exp(mu)", { mu, alpha: 1, beta: 2, x }))).toEqual([1, 1, 1]);
  });

  test("names are those that need a value", () => {
    const names = (text: string) => formula(text).names;
    expect(names("y = a + pi; f(t) = t * b; f(y) + exp(e) + g(1)")).toEqual(["a", "b", "g"]);
    expect(names("x[end] + x[1, :]")).toEqual(["x"]);
    expect(names("a = a + 1")).toEqual(["a"]);
    expect(names("gamma + sigma")).toEqual(["gamma", "sigma"]);
    expect(formula`${formula("p + q")} + ${1} r`.names).toEqual(["p", "q", "r"]);
  });
});

test("scopes win over constants and functions", () => {
  expect(numbers(formula("e + exp(2)", { e: 1, exp: (t: tf.Tensor) => tf.mul(t, 10) }))).toEqual([21]);
  expect(numbers(formula("gamma * beta", { gamma: 2, beta: 3 }))).toEqual([6]);
});

test("a name of a scope's prototype is not a value", () => {
  expect(() => formula("toString + 1", {})).toThrow(/`toString` has no value/);
  expect(() => formula("constructor(1)", {})).toThrow(/no function `constructor`/);
});

test("a text is parsed and compiled once", () => {
  const text = "once + upon * a_time";
  const program = programOf(text);
  formula(text, { once: 1, upon: 2, a_time: 3 });
  expect(programOf(text)).toBe(program);
  const start = performance.now();
  for (let i = 0; i < 200; i++) formula(text);
  // Parsing it takes about 0.1 ms; the cache a few µs. Far from both, for busy machines.
  expect((performance.now() - start) / 200).toBeLessThan(0.5);
});

test("plain conditions choose before anything else is computed", () => {
  expect(numbers(formula("n > 1 ? x[2] : x[9]", { n: 2, x }))).toEqual([2]);
});

test("int32 and bool tensors, arrays and booleans are numbers", () => {
  const group = tf.tensor1d([2, 1, 2], "int32");
  expect(numbers(formula("x[group]", { x, group }))).toEqual([2, 1, 2]);
  expect(numbers(formula("on * mask + a", { on: true, mask: tf.greater(x, 1), a: [1, 2, 3] }))).toEqual([
    1, 3, 4,
  ]);
  expect(formula("x > 1", { x }).dtype).toBe("float32");
});

describe("gradients", () => {
  test("flow to variables", () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const { grads } = tf.variableGrads(() => formula("sum((a + b * x)^2)", { a, b, x }).asScalar());
    expect(Object.values(grads).map((g) => numbers(g)[0])).toEqual([30, 68]);
    tf.dispose([a, b]);
  });

  test.each([
    ["x > 0 ? log(x) : 0", [0, -1, 2], [0, 0, 0.5]],
    ["x > 0 ? b * sqrt(x) : x", [0, -4, 4], [1, 1, 0.5]],
    ["x == 0 ? 1 : sin(x) / x", [0, Math.PI], [0, -1 / Math.PI]],
    ["x < 1 ? 0 : (x < 2 ? acosh(x) : log(x - 2))", [0, 1.5, 3], [0, 1 / Math.sqrt(1.25), 1]],
    ["c > 0 ? 1 / norm(x - x) : sum(x)", [1, 2], [1, 1]],
  ])("of %s have nothing of the branch that was not chosen", (text, at, expected) => {
    const scope = { b: tf.scalar(2), c: tf.scalar(-1) };
    const gradient = tf.grad((t: tf.Tensor) => formula(text, { ...scope, x: t.mul(scope.b).div(2) }));
    const found = numbers(gradient(tf.tensor1d(at)));
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
  });

  test("of a parameter that enters a branch sum over the elements that chose it", () => {
    const at = tf.tensor1d([-1, 0, 1, 4]);
    const [db] = tf.grads((b: tf.Tensor) => formula("x > 0 ? b * sqrt(x) : 0", { x: at, b }))([tf.scalar(2)]);
    expect(numbers(db as tf.Tensor)).toEqual([3]);
  });

  test.each([
    ["x^2", [0, -4]],
    ["x^3", [0, 12]],
    ["x^0", [0, 0]],
    ["x^1", [1, 1]],
    ["x .^ n", [0, 12]],
    ["relu(x)", [0, 0]],
    ["softplus(100 x)", [50, 0]],
    ["logSigmoid(100 x)", [50, 100]],
  ])("of %s are right at zero and below", (text, expected) => {
    const n = tf.scalar(3);
    const gradient = tf.grad((x: tf.Tensor) => formula(text, { x, n }));
    const found = numbers(gradient(tf.tensor1d([0, -2])));
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 4);
    });
  });

  test("can be taken twice", () => {
    const slope = tf.grad((t: tf.Tensor) => formula("t^3 + (t > 0 ? exp(2 t) : t)", { t }));
    const curvature = tf.grad((t: tf.Tensor) => slope(t));
    expect(numbers(curvature(tf.scalar(0.5)))[0]).toBeCloseTo(3 + 4 * Math.E, 4);
  });
});

test("no tensor is left behind", () => {
  const scope = { x, A: tf.tensor2d([1, 2, 3, 4], [2, 2]), b: tf.scalar(2) };
  const texts = [
    "x",
    "b * x + 1",
    "y = inv(A); y * A",
    "x > 1 ? log(x) : b",
    "f(t) = t^2; f(x)[1:2]",
    "2",
    "softmax(x)",
  ];
  for (const text of texts) {
    const run = () => formula(text, scope).dispose();
    run();
    collectGarbage();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) run();
    expect(tf.memory().numTensors, text).toBe(before);
  }
  // Disposing a result that is an input must leave the input.
  expect(numbers(x)).toEqual([1, 2, 3]);
  const failing = () => expect(() => formula("exp(x) + A[5, 1]", scope)).toThrow();
  failing();
  const before = tf.memory().numTensors;
  failing();
  expect(tf.memory().numTensors).toBe(before);
});

test("nothing is read on the host, so that a step can be compiled", () => {
  const read = vi.spyOn(tf.Tensor.prototype, "dataSync");
  const scope = { x, A: tf.tensor2d([1, 2, 3, 4], [2, 2]), group: tf.tensor1d([1, 3], "int32") };
  formula("x[group[2]] + sum(x > 1 ? log(x) : 0) + det(A) + max(x[2:end]) + std(inv(A)[:, 1]) + 3!", scope);
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});
