import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { on, testBackends } from "../../tensor/testing/backends.ts";
import { bothWays, distance } from "../testing/agree.ts";

// The wasm backend copies where the others share: what a gradient keeps of an output has data of its own there.
test.each(testBackends)("on %s a gradient may need what a kernel returned", async (backend) => {
  await on(backend, () => {
    const f = (x: tf.Tensor) => [tf.grad((x) => tf.sum(tf.mul(tf.exp(x), tf.sigmoid(x))))(x)];
    const { eager, compiled } = bothWays({ args: [tf.tensor1d([0.5, -1, 2])], f });
    expect(distance(eager[0] ?? [], compiled[0] ?? [])).toBeLessThan(1e-6);
  });
});
