/**
 * The library's own tfjs kernels: how one is registered for every backend, and how it is called.
 *
 * Each special function and each random draw is a kernel of its own, so that tfjs's tape differentiates it
 * and a compiler that listens to kernels sees it as one node. A kernel has one implementation over typed
 * arrays, registered for all backends, and may have another for the native one.
 */
import * as tf from "@tensorflow/tfjs-core";
import { allWithin, TINY } from "./backends/sizes.ts";

export const BACKENDS = ["cpu", "wasm", "tensorflow"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What the kernels need of a backend; all three have it. */
export interface HostBackend extends tf.KernelBackend {
  readSync(dataId: object): tf.BackendValues;
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object;
}

/** The part of the native backend that runs any TensorFlow op by its name. */
export interface NativeBackend extends HostBackend {
  executeSingleOutput(op: string, attrs: NativeAttr[], inputs: tf.TensorInfo[]): tf.Tensor;
  readonly binding: { readonly TF_FLOAT: number; readonly TF_ATTR_TYPE: number; readonly TF_INT32: number };
}

export interface NativeAttr {
  name: string;
  type: number;
  value: boolean | number | object | string | number[];
}

export interface KernelArgs<B> {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: B;
}

/** Registers a typed-array implementation for every backend, and `native` instead of it where TensorFlow has the op. */
export function registerEverywhere(
  kernelName: string,
  host: (args: KernelArgs<HostBackend>) => tf.TensorInfo,
  native?: (args: KernelArgs<NativeBackend>) => tf.TensorInfo,
): void {
  for (const backendName of BACKENDS) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue;
    const implementation = backendName === "tensorflow" && native !== undefined ? bySize(host, native) : host;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: implementation as unknown as tf.KernelFunc,
    });
  }
}

/** TensorFlow's op, except for tiny tensors: calling it costs more than they do. */
function bySize(
  host: (args: KernelArgs<HostBackend>) => tf.TensorInfo,
  native: (args: KernelArgs<NativeBackend>) => tf.TensorInfo,
): (args: KernelArgs<NativeBackend>) => tf.TensorInfo {
  return (args) => (allWithin(args.inputs, TINY) ? host(args) : native(args));
}

/** Runs a kernel that has one output. */
export function runKernel(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown> = {},
): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}

/** The values of a float32 tensor on the host; not to be written to. */
export function readFloats(backend: HostBackend, info: tf.TensorInfo): Float32Array {
  return backend.readSync(info.dataId) as Float32Array;
}

/** A new tensor over `values`, which it may keep. */
export function makeOutput(
  backend: HostBackend,
  values: Float32Array | Int32Array,
  shape: readonly number[],
  dtype: "float32" | "int32" = "float32",
): tf.TensorInfo {
  const own = [...shape];
  return { dataId: backend.write(values, own, dtype), shape: own, dtype };
}

/** The attribute that tells a TensorFlow op to work on float32. */
export function floatAttr(backend: NativeBackend): NativeAttr[] {
  return [{ name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
}
