/** Elementwise kernels of one to three broadcast inputs, over float64 arithmetic rounded once to float32. */
import * as tf from "@tensorflow/tfjs-core";
import {
  floatAttr,
  type HostBackend,
  type KernelArgs,
  makeOutput,
  type NativeBackend,
  readFloats,
  registerEverywhere,
} from "../kernels.ts";
import { broadcastShapes, sameShape } from "../shapes.ts";

export type ScalarFunction = (...args: number[]) => number;

/** The registered functions by kernel: their inputs' names, in the order of their arguments, and the function of one element. */
export const elementFunctions = new Map<string, { inputs: readonly string[]; f: ScalarFunction }>();

/**
 * Registers kernel `name` with inputs named `inputNames`.
 * @param f the function of one element
 * @param native name of TensorFlow's op, or an implementation on the native backend
 */
export function registerElementwise(
  name: string,
  inputNames: readonly string[],
  f: ScalarFunction,
  native?: string | ((args: KernelArgs<NativeBackend>) => tf.TensorInfo),
): void {
  elementFunctions.set(name, { inputs: inputNames, f });
  const host = ({ inputs, backend }: KernelArgs<HostBackend>) =>
    mapElements(
      backend,
      inputNames.map((key) => inputs[key] as tf.TensorInfo),
      f,
    );
  const onNative =
    typeof native === "string"
      ? ({ inputs, backend }: KernelArgs<NativeBackend>) =>
          backend.executeSingleOutput(
            native,
            floatAttr(backend),
            inputNames.map((key) => inputs[key] as tf.TensorInfo),
          )
      : native;
  registerEverywhere(name, host, onNative);
}

function mapElements(backend: HostBackend, infos: tf.TensorInfo[], f: ScalarFunction): tf.TensorInfo {
  const shape = broadcastShapes(...infos.map((info) => info.shape));
  const size = tf.util.sizeFromShape(shape);
  const out = new Float32Array(size);
  const [x, y, z] = infos.map((info) => expand(readFloats(backend, info), info.shape, shape, size));
  if (x === undefined) throw new Error("an elementwise kernel needs an input");
  if (y === undefined) for (let i = 0; i < size; i++) out[i] = f(x[i] as number);
  else if (z === undefined) for (let i = 0; i < size; i++) out[i] = f(x[i] as number, y[i] as number);
  else for (let i = 0; i < size; i++) out[i] = f(x[i] as number, y[i] as number, z[i] as number);
  return makeOutput(backend, out, shape);
}

/** The values of a tensor of shape `from`, copied out to shape `to`. */
function expand(
  values: Float32Array,
  from: readonly number[],
  to: readonly number[],
  size: number,
): Float32Array {
  if (sameShape(from, to)) return values;
  if (values.length === size) return values;
  const out = new Float32Array(size);
  if (values.length === 1) return out.fill(values[0] as number);
  const offset = to.length - from.length;
  const strides = new Array<number>(to.length).fill(0);
  for (let i = from.length - 1, step = 1; i >= 0; i--) {
    const length = from[i] as number;
    if (length !== 1) strides[offset + i] = step;
    step *= length;
  }
  const index = new Array<number>(to.length).fill(0);
  let position = 0;
  for (let i = 0; i < size; i++) {
    out[i] = values[position] as number;
    for (let d = to.length - 1; d >= 0; d--) {
      const stride = strides[d] as number;
      position += stride;
      index[d] = (index[d] as number) + 1;
      if (index[d] !== to[d]) break;
      position -= stride * (to[d] as number);
      index[d] = 0;
    }
  }
  return out;
}
