/** Second derivatives of convolutions and pools, and first ones that tfjs gets wrong: mirrored edges, batch norms. */
import * as tf from "@tensorflow/tfjs-core";
import { runKernel } from "../kernels.ts";
import { sumToShape } from "../shapes.ts";

type Attrs = Record<string, unknown>;
type Adjoints = Record<string, (inputs: readonly tf.Tensor[], d: tf.Tensor, attrs: Attrs) => tf.Tensor>;

/** A kernel whose derivatives with respect to its inputs, in order, are those functions of the upstream one. */
function derivatives(kernelName: string, adjoints: Adjoints): void {
  const names = Object.keys(adjoints);
  tf.registerGradient({
    kernelName,
    inputsToSave: names,
    gradFunc: (dy, saved, attrs) =>
      Object.fromEntries(
        Object.entries(adjoints).map(([name, f]) => [name, () => f(saved, dy as tf.Tensor, attrs)]),
      ),
  });
}

const zeros = (index: number) => (inputs: readonly tf.Tensor[]) =>
  tf.zeros((inputs[index] as tf.Tensor).shape);

/** The three kernels of a convolution are the derivatives of each other, because it is linear in both arguments. */
function convolution(forward: string, toInput: string, toFilter: string, hasInputGrad: boolean): void {
  if (!hasInputGrad) {
    derivatives(toInput, {
      dy: ([, filter], d, attrs) => runKernel(forward, { x: d, filter: filter as tf.Tensor }, attrs),
      filter: ([dy, filter], d, attrs) =>
        runKernel(toFilter, { x: d, dy: dy as tf.Tensor }, { ...attrs, filterShape: filter?.shape }),
    });
  }
  derivatives(toFilter, {
    x: ([x, dy], d, attrs) =>
      runKernel(toInput, { dy: dy as tf.Tensor, filter: d }, { ...attrs, inputShape: x?.shape }),
    dy: ([x], d, attrs) => runKernel(forward, { x: x as tf.Tensor, filter: d }, { dilations: 1, ...attrs }),
  });
}

/** Where each element of a padded axis comes from: mirrored without the edge (reflect) or with it (symmetric). */
function sources(length: number, [before, after]: readonly [number, number], mode: string): number[] {
  const skip = mode === "reflect" ? 1 : 0;
  return Array.from({ length: before + length + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -at - 1 + skip;
    return at < length ? at : 2 * length - at - 1 - skip;
  });
}

function mirrorPadGradient(dy: tf.Tensor, x: tf.Tensor, { paddings, mode }: Attrs): tf.Tensor {
  let out = dy;
  (paddings as [number, number][]).forEach((padding, axis) => {
    if (padding[0] === 0 && padding[1] === 0) return;
    const order = [axis, ...out.shape.keys()].filter((d, i) => i === 0 || d !== axis);
    const back = order.map((_, d) => order.indexOf(d));
    const length = x.shape[axis] as number;
    const segments = tf.tensor1d(sources(length, padding, String(mode)), "int32");
    out = tf.transpose(tf.unsortedSegmentSum(tf.transpose(out, order), segments, length), back);
  });
  return out;
}

export function registerImageGradients(): void {
  convolution("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", true);
  convolution(
    "DepthwiseConv2dNative",
    "DepthwiseConv2dNativeBackpropInput",
    "DepthwiseConv2dNativeBackpropFilter",
    false,
  );
  derivatives("AvgPoolGrad", {
    dy: (_, d, attrs) => runKernel("AvgPool", { x: d }, attrs),
    input: zeros(1),
  });
  derivatives("MaxPoolGrad", {
    dy: ([, input], d, attrs) => {
      const { filterSize, strides, pad } = attrs as { filterSize: number; strides: number; pad: number };
      const { indexes } = tf.maxPoolWithArgmax(input as tf.Tensor4D, filterSize, strides, pad, true);
      return tf.gather(tf.reshape(d, [-1]), tf.cast(indexes as tf.Tensor, "int32"));
    },
    input: zeros(1),
    output: zeros(2),
  });
  derivatives("MirrorPad", { x: ([x], d, attrs) => mirrorPadGradient(d, x as tf.Tensor, attrs) });
  tf.registerGradient({
    kernelName: "FusedBatchNorm",
    inputsToSave: ["x", "mean", "variance", "scale"],
    gradFunc: (dy, saved, attrs) => {
      const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
      const upstream = dy as tf.Tensor;
      const { varianceEpsilon } = attrs as { varianceEpsilon: number };
      const root = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
      const scaled = () => (scale === undefined || scale === null ? upstream : tf.mul(upstream, scale));
      const away = () => tf.sub(x, mean);
      return {
        x: () => tf.mul(scaled(), root()),
        mean: () => sumToShape(tf.neg(tf.mul(scaled(), root())), mean.shape),
        variance: () => {
          const cubed = tf.mul(tf.square(root()), root());
          return sumToShape(tf.mul(-0.5, tf.mul(tf.mul(scaled(), away()), cubed)), variance.shape);
        },
        scale: () => sumToShape(tf.mul(upstream, tf.mul(away(), root())), mean.shape),
        offset: () => sumToShape(upstream, mean.shape),
      };
    },
  });
}
