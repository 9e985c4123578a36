/** Gradients of tfjs that forget about broadcasting, or take one tensor operation for each copy made. */
import * as tf from "@tensorflow/tfjs-core";
import { sumToShape } from "../shapes.ts";

function binary(
  kernelName: string,
  da: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  db: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, saved) => {
      const upstream = dy as tf.Tensor;
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      return {
        a: () => sumToShape(da(upstream, a, b), a.shape),
        b: () => sumToShape(db(upstream, a, b), b.shape),
      };
    },
  });
}

const where = (dy: tf.Tensor, condition: tf.Tensor) => tf.mul(dy, tf.cast(condition, "float32"));

/**
 * Tile's gradient sums over the copies. tfjs adds one slice a copy, so that broadcasting a number to a plate
 * of 10000 costs 10000 operations; a reshape that gives each repeated axis its own dimension costs one sum.
 */
function tileGradient(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  const split: number[] = [];
  const axes: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i] as number;
    const copies = reps[i] as number;
    const last = split.length - 1;
    if (copies !== 1) {
      axes.push(split.length);
      split.push(copies, size);
    } else if (last >= 0 && axes[axes.length - 1] !== last) {
      // Neighbouring axes that are not repeated travel as one, because kernels have a limit on the rank.
      split[last] = (split[last] as number) * size;
    } else {
      split.push(size);
    }
  }
  if (axes.length === 0) return tf.clone(dy);
  return tf.reshape(tf.sum(tf.reshape(dy, split), axes), [...shape]);
}

export function registerBroadcastGradients(): void {
  binary(
    "SquaredDifference",
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  );
  binary(
    "Maximum",
    (dy, a, b) => where(dy, tf.greaterEqual(a, b)),
    (dy, a, b) => where(dy, tf.less(a, b)),
  );
  binary(
    "Minimum",
    (dy, a, b) => where(dy, tf.lessEqual(a, b)),
    (dy, a, b) => where(dy, tf.greater(a, b)),
  );
  tf.registerGradient({
    kernelName: "Tile",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { reps } = attrs as unknown as { reps: number[] };
      const { shape } = saved[0] as tf.Tensor;
      return { x: () => tileGradient(dy as tf.Tensor, shape, reps) };
    },
  });
  // tfjs transposes the result once more where the axis is not the last, which is wrong.
  tf.registerGradient({
    kernelName: "Cumsum",
    gradFunc: (dy, _saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as CumulativeAttrs;
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
  // tfjs forgets that a single output comes without its array.
  const listed = (dy: tf.Tensor | tf.Tensor[]) => (Array.isArray(dy) ? dy : [dy]);
  tf.registerGradient({
    kernelName: "Unpack",
    gradFunc: (dy, _saved, attrs) => ({ value: () => tf.stack(listed(dy), Number(attrs.axis)) }),
  });
  tf.registerGradient({
    kernelName: "SplitV",
    gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(listed(dy), Number(attrs.axis)) }),
  });
  const product = tf.getGradient("BatchMatMul");
  tf.registerGradient({
    ...product,
    gradFunc: (dy, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const grads = product.gradFunc(dy, saved, attrs);
      // Batches broadcast as well.
      return {
        a: () => sumToShape((grads.a as () => tf.Tensor)(), a.shape),
        b: () => sumToShape((grads.b as () => tf.Tensor)(), b.shape),
      };
    },
  });
  // tfjs gives the indices themselves as their gradient, an int32 tensor that its own check refuses.
  const gather = tf.getGradient("GatherV2");
  tf.registerGradient({
    ...gather,
    gradFunc: (dy, saved, attrs) => ({
      ...gather.gradFunc(dy, saved, attrs),
      indices: () => tf.zeros((saved[1] as tf.Tensor).shape),
    }),
  });
}

export interface CumulativeAttrs {
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}
