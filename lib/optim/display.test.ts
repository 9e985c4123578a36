import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, vi } from "vitest";
import { PyroLRScheduler, PyroOptim, SGD, StepLR } from "./index.ts";
import { sourceOf } from "./testing.ts";

function shown(value: object): Record<string, string> {
  const methods = value as Record<symbol, (() => Record<string, string>) | undefined>;
  return methods[Symbol.for("Jupyter.display")]?.call(value) ?? {};
}

describe("the display of an optimizer", () => {
  it("lists arguments, steps and rate of each parameter, and what is still waited for", () => {
    const net$$$w = tf.variable(tf.zeros([2]));
    const source = sourceOf({ net$$$w });
    const args = { optimizer: SGD, optimArgs: { lr: 0.5 }, stepSize: 1, gamma: 0.1 };
    const scheduler = new PyroLRScheduler(StepLR, args, {}, source);
    scheduler.update(["net$$$w"], { net$$$w: tf.ones([2]) });
    scheduler.step();
    const { net$$$w: state } = scheduler.getState();
    scheduler.setState({ ...scheduler.getState(), "a<b": state as NonNullable<typeof state> });
    const display = shown(scheduler);
    const lines = display["text/plain"]?.split("\n") ?? [];
    expect(lines[0]).toBe("StepLR: 2 parameters");
    expect(lines[1]).toMatch(/^parameter +steps +rate +gradient norm +optimizer$/);
    expect(lines[2]).toMatch(/^net\.w +1 +0\.05 +SGD\(\{ lr: 0\.5, momentum: 0, /);
    expect(lines[3]).toMatch(/^a<b +1 \(not seen yet\) +0\.05/);
    expect(display["text/html"]).toContain('<td style="text-align:left">a&lt;b</td>');
  });

  it("shows the norm of each parameter's last gradient as it was, reading it only then", () => {
    const names = ["a", "b", "c", "d", "e"];
    const variables = Object.fromEntries(names.map((name) => [name, tf.variable(tf.zeros([2]))]));
    variables.large = tf.variable(tf.zeros([5000]));
    const sgd = new PyroOptim(SGD, {}, { clipNorm: 1 }, sourceOf(variables));
    const all = [...names, "large"];
    const step = (factor: number) => {
      const grads = Object.fromEntries(
        all.map((name, i) => [
          name,
          name === "large" ? tf.fill([5000], factor) : tf.tensor1d([3 * i, 4 * i]),
        ]),
      );
      sgd.update(all, grads);
      tf.dispose(grads);
    };
    step(1);
    const tensors = tf.memory().numTensors;
    const read = vi.spyOn(tf.Tensor.prototype, "dataSync");
    step(0.1);
    expect(read).not.toHaveBeenCalled();
    const norms = (shown(sgd)["text/plain"] ?? "").split("\n").map((line) => line.split(/ +/)[3]);
    expect(norms.slice(2)).toEqual(["0", "5", "10", "15", "20", "7.071"]);
    // Five small parameters are one: two tensors are read.
    expect(read).toHaveBeenCalledTimes(2);
    read.mockRestore();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("is short where there is nothing or very much to show", () => {
    expect(shown(SGD())["text/plain"]).toBe("SGD: 0 parameters");
    const names = Array.from({ length: 60 }, (_, i) => `p${i}`);
    const variables = Object.fromEntries(names.map((name) => [name, tf.variable(tf.zeros([1]))]));
    const sgd = new PyroOptim(SGD, {}, {}, sourceOf(variables));
    sgd.update(names, Object.fromEntries(names.map((name) => [name, tf.ones([1])])));
    const lines = shown(sgd)["text/plain"]?.split("\n") ?? [];
    expect(lines.length).toBe(53);
    expect(lines.at(-1)).toBe("and 10 more");
  });
});
