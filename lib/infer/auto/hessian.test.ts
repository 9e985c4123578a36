/** Second derivatives, by both ways of finding them. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { setSeed } from "../../tensor/index.ts";
import { hessian } from "./hessian.ts";

beforeAll(() => {
  tf.setBackend("cpu");
  setSeed(1);
});

/** exp(x) + x² y + 50 y² at (0.5, 0.2). */
const smooth = (v: tf.Tensor): tf.Scalar => {
  const [x, y] = tf.unstack(v) as [tf.Tensor, tf.Tensor];
  return tf.addN([tf.exp(x), tf.mul(tf.square(x), y), tf.mul(50, tf.square(y))]) as tf.Scalar;
};
const AT = [0.5, 0.2];
const EXACT = [Math.exp(0.5) + 0.4, 1, 1, 100];

/** A gradient whose own derivative is lost: what a kernel with a detached output does. */
const opaque = (v: tf.Tensor): tf.Scalar => {
  const cube = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    const slope = Float32Array.from((x as tf.Tensor).dataSync(), (value) => 3 * value ** 2);
    return {
      value: tf.pow(x as tf.Tensor, 3),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.tensor1d(slope)),
    };
  });
  return tf.sum(tf.add(cube(v), tf.square(v))) as tf.Scalar;
};

describe("the Hessian", () => {
  const flat = (rows: readonly Float64Array[]) => rows.flatMap((row) => Array.from(row));

  it.each(["second derivatives", "differences of gradients"] as const)("by %s", (method) => {
    const { rows, method: used } = hessian(smooth, tf.tensor1d(AT), method);
    expect(used).toBe(method);
    // Differences of float32 gradients: three digits.
    flat(rows).forEach((value, i) => {
      const tolerance = method === "second derivatives" ? 1e-4 : 5e-3;
      expect(Math.abs(value - (EXACT[i] as number))).toBeLessThan(
        tolerance * (1 + Math.abs(EXACT[i] as number)),
      );
    });
  });

  it("trusts second derivatives where they agree with differences", () => {
    expect(hessian(smooth, tf.tensor1d(AT)).method).toBe("second derivatives");
  });

  it("sees that a second derivative is silently wrong", () => {
    const { rows, method } = hessian(opaque, tf.tensor1d([1, 2]));
    expect(method).toBe("differences of gradients");
    flat(rows).forEach((value, i) => {
      expect(Math.abs(value - ([8, 0, 0, 14][i] as number))).toBeLessThan(0.1);
    });
  });

  it("does without a second derivative that tfjs lacks", () => {
    const missing = (v: tf.Tensor): tf.Scalar => {
      const square = tf.customGrad((x, save) => {
        (save as tf.GradSaveFunc)([x as tf.Tensor]);
        return {
          value: tf.square(x as tf.Tensor),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
            if (tf.engine().state.gradientDepth > 0) throw new Error("no second derivative");
            return tf.mul(dy, tf.mul(2, saved[0] as tf.Tensor));
          },
        };
      });
      return tf.sum(square(v)) as tf.Scalar;
    };
    const before = tf.memory().numTensors;
    const at = tf.tensor1d([1, 2]);
    const { rows, method } = hessian(missing, at);
    expect(method).toBe("differences of gradients");
    flat(rows).forEach((value, i) => {
      expect(Math.abs(value - ([2, 0, 0, 2][i] as number))).toBeLessThan(0.01);
    });
    at.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
