import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { decode, loadRefs, type OptimizerRef, type RefValue } from "../testing/refs.ts";
import type { ClipArgs } from "./clip.ts";
import type { Hyper } from "./hyper.ts";
import * as optim from "./index.ts";
import { Adam, ClippedAdam, DCTAdam, type OptimizerClass, PyroOptim, SGD, SparseAdam } from "./index.ts";
import { sourceOf } from "./testing.ts";

/** An optimizer by its name in refs.json, where those of Pyro have a prefix. */
function classOf(name: string): OptimizerClass<Hyper> {
  const found: unknown = Object.entries(optim).find(([key]) => key === name.split(".").at(-1))?.[1];
  if (found === undefined) throw new Error(`no optimizer ${name}`);
  return found as OptimizerClass<Hyper>;
}

const rows = loadRefs().optimizers;

function camel(args: Record<string, RefValue> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key.replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase()),
      Array.isArray(value) ? value.map(decode) : value,
    ]),
  );
}

/** f(x) = sum((x - [1,2,3])² · [1,10,0.1]) */
function gradient(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.sub(x, [1, 2, 3]), [2, 20, 0.2]));
}

describe("trajectories", () => {
  it.each(rows.map((row): [string, OptimizerRef] => [`${row.optimizer} ${JSON.stringify(row.args)}`, row]))(
    "%s follows the reference",
    (_, row) => {
      const x = tf.variable(tf.zeros([3]));
      const optimizer = new PyroOptim<Hyper>(
        classOf(row.optimizer),
        camel(row.args) as Hyper,
        camel(row.clip_args) as ClipArgs,
        sourceOf({ x }),
      );
      for (const expected of row.x_after_step) {
        const grad = gradient(x);
        optimizer.update(["x"], { x: grad });
        grad.dispose();
        const got = x.dataSync();
        // float32 keeps 7 digits; ten steps lose less than one.
        expected.forEach((want, i) => {
          expect(Math.abs((got[i] ?? Number.NaN) - want)).toBeLessThanOrEqual(1e-5 * Math.abs(want) + 1e-9);
        });
      }
    },
  );

  it("covers momentum, nesterov, dampening, amsgrad and weight decay against formulas worked by hand", () => {
    const x = tf.variable(tf.tensor1d([2]));
    const optimizer = new PyroOptim(
      SGD,
      { lr: 0.1, momentum: 0.5, dampening: 0.5, weightDecay: 0.5 },
      {},
      sourceOf({ x }),
    );
    // g = 1 + .5·2 = 2; v = 2; x = 1.8
    optimizer.update(["x"], { x: tf.tensor1d([1]) });
    expect(x.dataSync()[0]).toBeCloseTo(1.8, 6);
    // g = 1 + .9 = 1.9; v = 1 + .5·1.9 = 1.95; x = 1.605
    optimizer.update(["x"], { x: tf.tensor1d([1]) });
    expect(x.dataSync()[0]).toBeCloseTo(1.605, 6);

    const y = tf.variable(tf.tensor1d([0]));
    const nesterov = new PyroOptim(SGD, { lr: 0.1, momentum: 0.9, nesterov: true }, {}, sourceOf({ y }));
    nesterov.update(["y"], { y: tf.tensor1d([1]) });
    // direction = 1 + .9·1
    expect(y.dataSync()[0]).toBeCloseTo(-0.19, 6);
  });

  it("AMSGrad divides by the largest second moment seen", () => {
    const [x, y] = [tf.variable(tf.tensor1d([0])), tf.variable(tf.tensor1d([0]))];
    const plain = new PyroOptim(Adam, { lr: 0.1, betas: [0, 0.5] }, {}, sourceOf({ x }));
    const ams = new PyroOptim(Adam, { lr: 0.1, betas: [0, 0.5], amsgrad: true }, {}, sourceOf({ y }));
    for (const g of [10, 1, 1]) {
      plain.update(["x"], { x: tf.tensor1d([g]) });
      ams.update(["y"], { y: tf.tensor1d([g]) });
    }
    // v: 50, 25.5, 13.25; vMax stays 50. Steps: g / sqrt(v / (1 - .5^t)).
    const steps = (v: number[]) =>
      [10, 1, 1].reduce((s, g, i) => s + g / Math.sqrt((v[i] ?? 0) / (1 - 0.5 ** (i + 1))), 0);
    expect(x.dataSync()[0]).toBeCloseTo(-0.1 * steps([50, 25.5, 13.25]), 5);
    expect(y.dataSync()[0]).toBeCloseTo(-0.1 * steps([50, 50, 50]), 5);
  });

  it("has a row for each of the 33 reference trajectories", () => {
    expect(rows).toHaveLength(33);
  });

  it("maximize climbs as far as minimizing descends", () => {
    const [x, y] = [tf.variable(tf.tensor1d([0])), tf.variable(tf.tensor1d([0]))];
    const down = new PyroOptim(Adam, { lr: 0.1 }, {}, sourceOf({ x }));
    const up = new PyroOptim(Adam, { lr: 0.1, maximize: true }, {}, sourceOf({ y }));
    for (const g of [1, -3, 2]) {
      down.update(["x"], { x: tf.tensor1d([g]) });
      up.update(["y"], { y: tf.tensor1d([g]) });
    }
    expect(y.dataSync()[0]).toBe(-(x.dataSync()[0] ?? Number.NaN));
    expect(y.dataSync()[0]).not.toBe(0);
  });

  it.each([
    ["SparseAdam", SparseAdam, {}],
    ["DCTAdam that is aware of subsamples", DCTAdam, { subsampleAware: true }],
  ] as const)("%s leaves rows without a gradient and their moments alone", (_, kind, args) => {
    const x = tf.variable(tf.zeros([2, 2]));
    const optimizer = new PyroOptim(kind as unknown as OptimizerClass<Hyper>, args, {}, sourceOf({ x }));
    const only = (row: number) => tf.tensor2d([0, 1].map((i) => (i === row ? [1, 2] : [0, 0])));
    optimizer.update(["x"], { x: only(0) });
    const [a, b, ...rest] = x.dataSync();
    expect([a, b].every((v) => v !== 0)).toBe(true);
    expect(rest).toEqual([0, 0]);
    for (let i = 0; i < 3; i++) optimizer.update(["x"], { x: only(1) });
    const after = [...x.dataSync()];
    expect(after.slice(0, 2)).toEqual([a, b]);
    expect(after.slice(2).every((v) => v !== 0)).toBe(true);
  });

  it("DCTAdam corrects the bias of each element by the steps it took part in", () => {
    const [x, y] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([1]))];
    const aware = new PyroOptim(DCTAdam, { lr: 0.1, subsampleAware: true }, {}, sourceOf({ x }));
    const alone = new PyroOptim(ClippedAdam, { lr: 0.1 }, {}, sourceOf({ y }));
    for (const g of [1, 2]) aware.update(["x"], { x: tf.tensor1d([g, 0]) });
    for (const g of [3, -1]) {
      aware.update(["x"], { x: tf.tensor1d([0, g]) });
      alone.update(["y"], { y: tf.tensor1d([g]) });
    }
    // As if the second element had been optimised by itself, for two steps (float32).
    expect(x.dataSync()[1]).toBeCloseTo(y.dataSync()[0] ?? Number.NaN, 6);
  });
});
