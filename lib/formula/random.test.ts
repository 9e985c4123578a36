import * as tf from "@tensorflow/tfjs-core";
import * as math from "mathjs";
import { expect, test } from "vitest";
import { numbers } from "../tensor/testing/backends.ts";
import { firstDerivative, noise } from "../tensor/testing/gradcheck.ts";
import { formula } from "./formula.ts";

/** Random formulas of `x`, `y` and `k`, whose values stay small and smooth. */
class Writer {
  readonly #draws: Float32Array;
  #next = 0;

  constructor(seed: number) {
    this.#draws = noise(500, seed);
  }

  #pick<T>(options: readonly T[]): T {
    const u = ((this.#draws[this.#next++] ?? 0) + 1) / 2;
    return options[Math.min(options.length - 1, Math.floor(u * options.length))] as T;
  }

  write(depth: number): string {
    if (depth === 0) return this.#pick(["x", "y", "k", "0.5", "2", "-1", "pi"]);
    const part = () => this.write(depth - 1);
    const forms: (() => string)[] = [
      () => `${part()} + ${part()}`,
      () => `(${part()} - ${part()})`,
      () => `(${part()}) .* (${part()})`,
      () => `${this.#pick(["2", "k", "-0.5"])} * (${part()})`,
      () => `(${part()}) / (2 + abs(tanh(${part()})))`,
      () => `tanh(${part()})^2`,
      () => `${this.#pick(["sin", "cos", "tanh", "atan", "asinh", "erf"])}(${part()})`,
      () => `exp(-(${part()})^2)`,
      () => `log(1 + square(${part()}))`,
      () => `-(${part()})`,
      () => `k > 0 ? ${part()} : ${part()}`,
      () => `sqrt(1 + (${part()})^2)`,
    ];
    return `(${this.#pick(forms)()})`;
  }
}

const texts = Array.from({ length: 60 }, (_, seed) => new Writer(seed + 1).write(3));

test.each(texts)("%s", (text) => {
  const [x, y, k] = [noise(4, 5), noise(4, 6), 0.7];
  const expected = Array.from(x, (_, i) => Number(math.evaluate(text, { x: x[i], y: y[i], k })));
  const found = numbers(formula(text, { x: tf.tensor1d(x), y: tf.tensor1d(y), k }));
  found.forEach((value, i) => {
    const want = expected[i % expected.length] as number;
    // Up to some twenty operations in float32.
    expect(Math.abs(value - want)).toBeLessThan(1e-4 * (1 + Math.abs(want)));
  });
  const f = (...[a, b, c]: tf.Tensor[]) =>
    tf.add(
      formula(text, { x: a as tf.Tensor, y: b as tf.Tensor, k: c as tf.Tensor }),
      tf.mul(0, tf.addN([tf.sum(a as tf.Tensor), tf.sum(b as tf.Tensor), c as tf.Tensor])),
    );
  const { analytic, numeric } = firstDerivative(f, [tf.tensor1d(x), tf.tensor1d(y), tf.scalar(k)], 3e-3);
  expect(Math.abs(analytic - numeric), `${analytic}, not ${numeric}`).toBeLessThan(
    1e-2 * (1 + Math.abs(numeric)),
  );
});
