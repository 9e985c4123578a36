import { describe, expect, it } from "vitest";
import * as tf from "../tf.ts";

const x = tf.tensor1d([1, 2]);
/** As a cell has it, where types only warn. */
const number = x as unknown as number;

describe("a tensor is no number", () => {
  it.each<[string, () => unknown]>([
    ["x * 2", () => number * 2],
    ["2 - x", () => 2 - number],
    ["x / 2", () => number / 2],
    ["x ** 2", () => number ** 2],
    ["-x", () => -number],
    ["+x", () => +number],
    ["x > 0", () => number > 0],
    ["Math.exp(x)", () => Math.exp(number)],
    ["Number(x)", () => Number(number)],
    ["a variable * 2", () => (tf.variable(x) as unknown as number) * 2],
  ])("%s", (_code, act) => {
    expect(act).toThrow(
      /work on numbers, not on tensors[\s\S]*got: a tensor of shape \[2\][\s\S]*tf\.mul\(x, 2\)/,
    );
  });

  it("but text", () => {
    expect(`${x}`).toBe(x.toString());
    expect(`mean: ${x}`).toContain("[1, 2]");
    expect("mean: ".concat(String(x))).toContain("[1, 2]");
  });
});
