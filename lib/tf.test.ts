import * as core from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import * as tf from "./tf.ts";

test("tf is the one engine, with the chained methods there and typed", () => {
  expect(tf.engine()).toBe(core.engine());
  expect(tf.Tensor).toBe(core.Tensor);
  const x: core.Tensor = tf.tensor1d([1, 2]);
  const y: core.Tensor = x.add(1).mul(x).sum();
  expect(Array.from(y.dataSync())).toEqual([8]);
});

test("layers are part of it and run on the chosen core", () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [3], kernelInitializer: "ones" })],
  });
  const out = model.predict(tf.ones([1, 3])) as core.Tensor;
  expect(Array.from(out.dataSync())).toEqual([3, 3]);
  expect(model).toBeInstanceOf(tf.LayersModel);
  model.dispose();
});
