import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
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
    expect(lines[1]).toMatch(/^parameter +steps +rate +optimizer$/);
    expect(lines[2]).toMatch(/^net\.w +1 +0\.05 +SGD\(\{ lr: 0\.5, momentum: 0, /);
    expect(lines[3]).toMatch(/^a<b +1 \(not seen yet\) +0\.05/);
    expect(display["text/html"]).toContain('<td style="text-align:left">a&lt;b</td>');
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
