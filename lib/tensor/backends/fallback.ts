/**
 * Kernels that a backend lacks, run by the cpu backend's implementation on copies of the values: everything
 * works on every core, if not equally fast.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { BackendName, HostBackend } from "../kernels.ts";

type Infos = Record<string, tf.TensorInfo>;

export function fillMissingKernels(backendName: BackendName): void {
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend("cpu")) {
    // Strings and ragged tensors have other encodings on each backend, and no part in models.
    if (/^(String|Static|Ragged|Complex|Real|Imag|I?FFT)/.test(kernelName)) continue;
    if (tf.getKernel(kernelName, backendName) !== undefined) continue;
    tf.registerKernel({ kernelName, backendName, kernelFunc: borrow(kernelFunc) });
  }
}

function borrow(run: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const target = backend as HostBackend;
    const cpu = tf.findBackend("cpu") as HostBackend;
    const given = inputs as Infos;
    const copies = (Array.isArray(given) ? [] : {}) as Infos;
    for (const [name, info] of Object.entries(given)) if (info) copies[name] = copy(info, target, cpu);
    const result = run({ inputs: copies, attrs, backend: cpu });
    const outputs = (Array.isArray(result) ? result : [result]) as tf.TensorInfo[];
    const moved = outputs.map((info) => copy(info, cpu, target));
    for (const info of [...outputs, ...Object.values(copies)]) cpu.disposeData(info.dataId);
    return Array.isArray(result) ? moved : (moved[0] as tf.TensorInfo);
  };
}

function copy(info: tf.TensorInfo, from: HostBackend, to: HostBackend): tf.TensorInfo {
  const read = from.readSync(info.dataId);
  // Some kernels of the cpu backend (MaxPoolWithArgmax) keep whole numbers as floats, which others refuse.
  const values = info.dtype === "int32" && read instanceof Float32Array ? Int32Array.from(read) : read;
  const shape = [...info.shape];
  return { dataId: to.write(values, shape, info.dtype), shape, dtype: info.dtype };
}
