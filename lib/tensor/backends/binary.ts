/**
 * Arithmetic and comparisons of the cpu backend without detours. tfjs 4.22 takes two remainders for each element, and
 * where shapes are broadcast it makes arrays for each, which costs a hundred times what the sum itself does. The
 * numbers are the same.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { HostBackend } from "../kernels.ts";
import { isNumeric, type Numbers, spread } from "./strided.ts";

type Operation = (a: number, b: number) => number;

interface Rule {
  readonly of: Operation;
  /** Type of the result (default: that of the inputs). */
  readonly dtype?: "bool";
}

/** A typed array keeps true as 1. */
const comparison = (of: (a: number, b: number) => boolean): Rule => ({
  of: of as unknown as Operation,
  dtype: "bool",
});

const RULES: Readonly<Record<string, Rule>> = {
  Add: { of: (a, b) => a + b },
  Sub: { of: (a, b) => a - b },
  Multiply: { of: (a, b) => a * b },
  RealDiv: { of: (a, b) => a / b },
  Maximum: { of: (a, b) => Math.max(a, b) },
  Minimum: { of: (a, b) => Math.min(a, b) },
  SquaredDifference: { of: (a, b) => (a - b) * (a - b) },
  Equal: comparison((a, b) => a === b),
  NotEqual: comparison((a, b) => a !== b),
  Greater: comparison((a, b) => a > b),
  GreaterEqual: comparison((a, b) => a >= b),
  Less: comparison((a, b) => a < b),
  LessEqual: comparison((a, b) => a <= b),
};

/** Puts them in the place of the cpu backend's own. */
export function quickenBinaryKernels(): void {
  for (const [kernelName, rule] of Object.entries(RULES)) {
    const kernel = tf.getKernel(kernelName, "cpu");
    tf.unregisterKernel(kernelName, "cpu");
    tf.registerKernel({
      ...kernel,
      kernelFunc: (args) => {
        const { a, b } = args.inputs as unknown as Record<"a" | "b", tf.TensorInfo>;
        const numeric = isNumeric(a) && isNumeric(b);
        return numeric ? elementwise(a, b, args.backend as HostBackend, rule) : kernel.kernelFunc(args);
      },
    });
  }
}

function elementwise(a: tf.TensorInfo, b: tf.TensorInfo, host: HostBackend, rule: Rule): tf.TensorInfo {
  const x = host.readSync(a.dataId) as Numbers;
  const y = host.readSync(b.dataId) as Numbers;
  const same = tf.util.arraysEqual(a.shape, b.shape);
  const shape = same ? a.shape : tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const dtype = rule.dtype ?? a.dtype;
  const size = same ? x.length : tf.util.sizeFromShape(shape);
  const out = tf.util.getTypedArrayFromDType(dtype as "float32", size) as Numbers;
  const { of } = rule;
  if (x.length === size && y.length === size) {
    for (let i = 0; i < size; i++) out[i] = of(x[i] as number, y[i] as number);
  } else if (x.length === size && y.length === 1) {
    const right = y[0] as number;
    for (let i = 0; i < size; i++) out[i] = of(x[i] as number, right);
  } else if (y.length === size && x.length === 1) {
    const left = x[0] as number;
    for (let i = 0; i < size; i++) out[i] = of(left, y[i] as number);
  } else {
    const [wideX, wideY] = [spread(x, a.shape, shape), spread(y, b.shape, shape)];
    for (let i = 0; i < size; i++) out[i] = of(wideX[i] as number, wideY[i] as number);
  }
  return { dataId: host.write(out, shape, dtype), shape, dtype };
}
