/**
 * Kernels without a rule of their own: tfjs's plain JavaScript backend computes them from whole buffers. It works for
 * every kernel whose output has a shape known beforehand, and costs a copy of inputs and outputs.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { View } from "../dag/node.ts";
import { refuse } from "../refusal.ts";
import type { KernelCall } from "./rule.ts";

interface CpuBackend extends tf.KernelBackend {
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object;
  readSync(dataId: object): tf.BackendValues;
}

export function opaque(call: KernelCall, names: readonly string[]): View[] {
  const { builder, kernel, attrs, inputs, outputs } = call;
  const config =
    tf.getKernel(kernel, "cpu") ?? refuse(`the kernel ${kernel} has no implementation that can be compiled`);
  const views = inputs.map((view) => builder.moved(view));
  const shapes = views.map((view) => ({ shape: [...view.shape], dtype: view.node.dtype }));
  const compute = (given: readonly ArrayLike<number>[]): tf.TypedArray[] => {
    const cpu = tf.findBackend("cpu") as CpuBackend;
    const infos = given.map((values, i) => {
      const { shape, dtype } = shapes[i] as (typeof shapes)[number];
      const typed =
        dtype === "float32"
          ? Float32Array.from(values)
          : dtype === "bool"
            ? Uint8Array.from(values)
            : Int32Array.from(values);
      return { dataId: cpu.write(typed, shape, dtype), shape, dtype };
    });
    const named = Object.fromEntries(names.map((name, i) => [name, infos[i]]));
    const result = config.kernelFunc({
      inputs: named as tf.NamedTensorInfoMap,
      attrs: attrs as tf.NamedAttrMap,
      backend: cpu,
    });
    const made = (Array.isArray(result) ? result : [result]) as tf.TensorInfo[];
    const values = made.map((info) => cpu.readSync(info.dataId) as tf.TypedArray);
    for (const info of new Set([...made, ...infos].map(({ dataId }) => dataId))) cpu.disposeData(info);
    return values;
  };
  // Each output is a node of its own; those of one call share the computation only where there is one.
  return outputs.map(({ shape, dtype }, position) =>
    builder.host(kernel, views, shape, dtype, (given, [out]) => {
      out?.set(compute(given)[position] as tf.TypedArray);
    }),
  );
}
