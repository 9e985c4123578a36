/**
 * Kernels of the cpu backend that only move numbers, without detours. tfjs 4.22 makes arrays of indices for each element,
 * which in a process that has just begun costs milliseconds for a few hundred numbers. Each is one walk through the input
 * in strides of its own.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { HostBackend } from "../kernels.ts";

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** Where each element of an output stands in an input: its strides along the axes of the output. */
interface Walk {
  /** Of the output, or of something with more axes and the same order of elements. */
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset?: number;
}

interface Moved {
  readonly shape: number[];
  readonly walk: Walk;
}

/** @returns undefined where the cpu backend's own kernel is as good */
type Move = (x: tf.TensorInfo, attrs: Readonly<Record<string, unknown>>) => Moved | undefined;

const MOVES: Readonly<Record<string, Move>> = {
  Slice(x, { begin, size }) {
    const parsed = tf.slice_util.parseSliceParams(x as tf.Tensor, begin as number[], size as number[]);
    const [from, shape] = parsed as [number[], number[]];
    tf.slice_util.assertParamsValid(x as tf.Tensor, from, shape);
    if (tf.slice_util.isSliceContinous(x.shape, from, shape)) return undefined;
    const strides = stridesOf(x.shape);
    const offset = from.reduce((sum, n, d) => sum + n * (strides[d] as number), 0);
    return { shape, walk: { shape, strides, offset } };
  },

  Tile(x, { reps }) {
    const times = reps as readonly number[];
    const strides = stridesOf(x.shape);
    const shape = x.shape.flatMap((n, d) => [times[d] as number, n]);
    return {
      shape: x.shape.map((n, d) => n * (times[d] as number)),
      walk: { shape, strides: strides.flatMap((stride) => [0, stride]) },
    };
  },

  Transpose(x, { perm }) {
    const axes = perm as readonly number[];
    const strides = stridesOf(x.shape);
    const shape = axes.map((d) => x.shape[d] as number);
    return { shape, walk: { shape, strides: axes.map((d) => strides[d] as number) } };
  },
};

/** Puts them in the place of the cpu backend's own. */
export function quickenMoves(): void {
  for (const [kernelName, move] of Object.entries(MOVES)) {
    const kernel = tf.getKernel(kernelName, "cpu");
    tf.unregisterKernel(kernelName, "cpu");
    tf.registerKernel({
      ...kernel,
      kernelFunc: (args) => {
        const { x } = args.inputs as unknown as { x: tf.TensorInfo };
        const moved = isNumeric(x) ? move(x, args.attrs ?? {}) : undefined;
        if (moved === undefined) return kernel.kernelFunc(args);
        const host = args.backend as HostBackend;
        const { shape, walk } = moved;
        const out = walked(host.readSync(x.dataId) as Numbers, walk);
        return { dataId: host.write(out, shape, x.dtype), shape, dtype: x.dtype };
      },
    });
  }
}

/** The numbers of a tensor of one shape, repeated as a broadcast to another repeats them. */
export function spread(values: Numbers, from: readonly number[], to: readonly number[]): Numbers {
  if (values.length === tf.util.sizeFromShape([...to])) return values;
  const own = stridesOf(from);
  const missing = to.length - from.length;
  const strides = to.map((_, d) => ((from[d - missing] ?? 1) > 1 ? (own[d - missing] as number) : 0));
  return walked(values, { shape: to, strides });
}

export function isNumeric({ dtype }: tf.TensorInfo): boolean {
  return dtype !== "string" && dtype !== "complex64";
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= shape[d] as number;
  }
  return strides;
}

function walked(values: Numbers, { shape, strides, offset = 0 }: Walk): Numbers {
  const rank = shape.length;
  const inner = shape[rank - 1] ?? 1;
  const step = strides[rank - 1] ?? 0;
  const size = tf.util.sizeFromShape([...shape]);
  const out = new (values.constructor as new (size: number) => Numbers)(size);
  const at = new Array<number>(rank).fill(0);
  let start = offset;
  for (let i = 0; i < size; ) {
    for (let j = 0; j < inner; j++) out[i++] = values[start + j * step] as number;
    for (let d = rank - 2; d >= 0; d--) {
      start += strides[d] as number;
      at[d] = (at[d] as number) + 1;
      if ((at[d] as number) < (shape[d] as number)) break;
      start -= (strides[d] as number) * (shape[d] as number);
      at[d] = 0;
    }
  }
  return out;
}
