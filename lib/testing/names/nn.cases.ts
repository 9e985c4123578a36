import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, expectClose, numbers, of } from "./calls.cases.ts";

const { nn } = pyro;
/** What an output depends on: which entries of the Jacobian's rows are not 0. */
const dependsOn = (net: (z: tf.Tensor) => tf.Tensor, output: number) =>
  numbers(tf.grad((z) => tf.sum(tf.gather(net(z), [output])))(tf.tensor1d([0.3, -0.4, 0.5]))).flatMap(
    (slope, i) => (Math.abs(slope) > 0 ? [i] : []),
  );

export const networks: Calls = of("pyro.nn.auto_reg_nn.", {
  AutoRegressiveNN() {
    const options = { outputDimMultiplier: 2, maskEncoding: [1, 2, 1, 2], permutation: [2, 0, 1] };
    const net = new nn.AutoRegressiveNN(3, 4, options);
    expect(net.call([1, 2, 3]).shape).toEqual([2, 3]);
    expect([net.get_mask_encoding(), net.get_permutation()]).toEqual([
      options.maskEncoding,
      options.permutation,
    ]);
  },
  "AutoRegressiveNN.forward"() {
    pyro.setRngSeed(0);
    const net = new nn.AutoRegressiveNN(3, 40, { permutation: [2, 0, 1] });
    const forward = (z: tf.Tensor) => net.forward(z);
    expect([2, 0, 1].map((output) => dependsOn(forward, output))).toEqual([[], [2], [0, 2]]);
  },
  "AutoRegressiveNN.get_mask_encoding"() {
    const encoding = new nn.AutoRegressiveNN(3, 5).get_mask_encoding();
    expect(encoding).toHaveLength(5);
    expect(encoding.every((m) => m === 1 || m === 2)).toBe(true);
  },
  "AutoRegressiveNN.get_permutation"() {
    expect(new nn.AutoRegressiveNN(3, 5).get_permutation().sort()).toEqual([0, 1, 2]);
  },
  MaskedLinear() {
    const mask = tf.tensor2d([
      [1, 0],
      [0, 1],
    ]);
    expect(new nn.MaskedLinear(2, 2, mask, { bias: false }).parameters).toHaveLength(1);
    expect(new nn.MaskedLinear(2, 2, mask).parameters).toHaveLength(2);
  },
  "MaskedLinear.forward"() {
    const linear = new nn.MaskedLinear(
      2,
      2,
      [
        [1, 0],
        [1, 1],
      ],
      { bias: false },
    );
    linear.weight.assign(tf.ones([2, 2]));
    expectClose(numbers(linear.forward(tf.tensor2d([[3, 5]]))), [8, 5]);
  },
});
