import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { normal } from "../../tensor/index.ts";
import { jit, setProgramPicture } from "../index.ts";

afterEach(() => setProgramPicture(undefined));
let layers = 0;
const display = Symbol.for("Jupyter.display");

function layer() {
  layers++;
  const w = tf.variable(tf.fill([50, 20], 0.01), true, `weights${layers}`);
  const bias = tf.variable(tf.zeros([20]), true, `bias${layers}`);
  const f = jit(function layer(x: tf.Tensor2D) {
    const y = tf.tanh(tf.add(tf.matMul(x, w as tf.Tensor2D), tf.add(bias, normal([20]))));
    bias.assign(tf.mean(y, 0));
    return { best: tf.topk(y).values, norm: tf.sum(tf.square(y)) };
  });
  return { f, x: tf.ones([300, 50]) as tf.Tensor2D, w, bias };
}

describe("program.explain()", () => {
  it("says what was fused, what is left as it is, what runs it, and what it costs", () => {
    const { f, x, w, bias } = layer();
    for (let i = 0; i < 3; i++) tf.dispose(f(x));
    const before = Array.from(bias.dataSync());
    const explanation = f.program.explain();
    if (explanation === undefined) throw new Error(f.program.reason);
    const { groups, kernels, opaque, draws, bytes, stateBytes, microseconds } = explanation;
    expect([...opaque]).toEqual([["TopK", 1]]);
    expect(kernels.get("Tanh")).toBe(1);
    expect(draws).toBe(1);
    expect(stateBytes).toBe(80);
    expect(bytes).toBeGreaterThan(4 * (300 * 50 + 50 * 20 + 300 * 20));
    expect(microseconds).toBeGreaterThan(0);
    const product = groups.findIndex(({ kind }) => kind === "matmul");
    const tanh = groups.findIndex(({ operations }) => operations.includes("tanh"));
    expect(groups[product]?.reads).toContain(w.name);
    expect(groups[tanh]?.after).toContain(product);
    expect(groups.some(({ writes }) => writes.includes(bias.name))).toBe(true);
    expect(groups.every((group) => group.microseconds > 0)).toBe(true);
    expect(String(explanation)).toMatch(/tfjs kernels became \d loops?, 1 matrix product, 1 draw, 1 call/);
    expect(String(explanation)).toMatch(/not taken apart: TopK/);
    // Measuring has left everything as it was: state, and what the next call computes.
    expect(Array.from(bias.dataSync())).toEqual(before);
    expect(f(x).norm.dataSync()[0]).toBeGreaterThan(0);
    expect(f.program.compiled).toBe(true);
  });

  it("is undefined where nothing was compiled, and the program says why", () => {
    const f = jit((x: tf.Tensor) => tf.mul(x, x.dataSync()[0] as number));
    f(tf.scalar(2));
    f(tf.scalar(2));
    expect(f.program.explain()).toBeUndefined();
    expect(String(f.program)).toMatch(/^not compiled: the step reads a tensor's values on the host/);
  });

  it("shows itself: as text, or as the picture that the host draws", async () => {
    const { f, x } = layer();
    const shown = () => f.program[display as never] as () => Record<string, string>;
    expect(shown().call(f.program)["text/plain"]).toMatch(/^layer is not compiled: it was not called yet/);
    for (let i = 0; i < 2; i++) tf.dispose(f(x));
    expect(shown().call(f.program)["text/plain"]).toMatch(/tfjs kernels became/);
    setProgramPicture(({ name, explanation }) => ({ "text/html": `${name}: ${explanation.groups.length}` }));
    expect(shown().call(f.program)["text/html"]).toMatch(/^layer: \d/);
  });
});
