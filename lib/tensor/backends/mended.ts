/**
 * Kernels of tfjs 4.22's cpu backend that give wrong numbers, put right. (The wasm backend borrows both.)
 */
import * as tf from "@tensorflow/tfjs-core";
import { type HostBackend, makeOutput, readFloats } from "../kernels.ts";
import { quickenBinaryKernels } from "./binary.ts";
import { quickenMoves } from "./strided.ts";

let done = false;

export function mendCpuKernels(): void {
  if (done) return;
  done = true;
  replace("TensorScatterUpdate", copyBeforeScatter);
  replace("Einsum", () => einsum);
  quickenBinaryKernels();
  quickenMoves();
}

function replace(kernelName: string, make: (original: tf.KernelFunc) => tf.KernelFunc): void {
  const kernel = tf.getKernel(kernelName, "cpu");
  tf.unregisterKernel(kernelName, "cpu");
  tf.registerKernel({ ...kernel, kernelFunc: make(kernel.kernelFunc) });
}

/** The original writes into its input. */
function copyBeforeScatter(original: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const host = backend as HostBackend;
    const { tensor, ...rest } = inputs as Record<string, tf.TensorInfo> & { tensor: tf.TensorInfo };
    const values = host.readSync(tensor.dataId).slice() as tf.BackendValues;
    const copy = { ...tensor, dataId: host.write(values, tensor.shape, tensor.dtype) };
    return original({ inputs: { ...rest, tensor: copy }, attrs, backend });
  };
}

/** The original is wrong where more than one letter is summed out. This one runs over all letters, the summed ones inside. */
function einsum({ inputs, attrs, backend }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const host = backend as HostBackend;
  const operands = Object.values(inputs as Record<string, tf.TensorInfo>);
  const { equation } = attrs as unknown as { equation: string };
  const [left = "", output = ""] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const sizes = letterSizes(terms, operands, equation);
  const summed = [...sizes.keys()].filter((letter) => !output.includes(letter));
  const order = [...output, ...summed];
  const lengths = order.map((letter) => sizes.get(letter) as number);
  const strides = terms.map((term, i) => {
    const of = tf.util.computeStrides(operands[i]?.shape as number[]);
    // computeStrides leaves out the last stride, which is 1.
    return order.map((letter) => (term.includes(letter) ? (of[term.indexOf(letter)] ?? 1) : 0));
  });
  const data = operands.map((info) => readFloats(host, info));
  const shape = lengths.slice(0, output.length);
  const out = new Float32Array(tf.util.sizeFromShape(shape));
  const outer = offsets(
    lengths.slice(0, output.length),
    strides.map((s) => s.slice(0, output.length)),
  );
  const inner = offsets(
    lengths.slice(output.length),
    strides.map((s) => s.slice(output.length)),
  );
  const innerSize = inner[0]?.length ?? 0;
  for (let o = 0; o < out.length; o++) {
    let sum = 0;
    for (let k = 0; k < innerSize; k++) {
      let product = 1;
      for (let i = 0; i < data.length; i++) {
        const place = ((outer[i] as Int32Array)[o] as number) + ((inner[i] as Int32Array)[k] as number);
        product *= (data[i] as Float32Array)[place] as number;
      }
      sum += product;
    }
    out[o] = sum;
  }
  return makeOutput(host, out, shape);
}

/** For each operand, where its element lies for every combination of the letters, in row-major order. */
function offsets(lengths: number[], strides: number[][]): Int32Array[] {
  const size = lengths.reduce((a, b) => a * b, 1);
  return strides.map((steps) => {
    const out = new Int32Array(size);
    let block = size;
    lengths.forEach((length, d) => {
      block /= length;
      const step = steps[d] as number;
      if (step !== 0)
        for (let i = 0; i < size; i++) out[i] = (out[i] as number) + (Math.floor(i / block) % length) * step;
    });
    return out;
  });
}

function letterSizes(terms: string[], operands: tf.TensorInfo[], equation: string): Map<string, number> {
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => {
    const shape = operands[i]?.shape ?? [];
    if (term.length !== shape.length || new Set(term).size !== term.length) {
      throw new Error(`einsum: "${term}" of "${equation}" does not describe shape [${shape}]`);
    }
    [...term].forEach((letter, d) => {
      const size = shape[d] as number;
      if ((sizes.get(letter) ?? size) !== size) {
        throw new Error(
          `einsum: the sizes of "${letter}" in "${equation}" differ: ${sizes.get(letter)} and ${size}`,
        );
      }
      sizes.set(letter, size);
    });
  });
  return sizes;
}
