/**
 * What the scheduler makes and the emitters read: a program is a list of steps over numbered buffers.
 *
 * All buffers lie in one memory of 4-byte cells (float32, int32; booleans are int32 0 and 1), so that the same
 * addresses serve JavaScript, through a Float32Array and an Int32Array over it, and WebAssembly. Nearly every step
 * is a `Loop`: a nest over a rectangular domain whose body is straight-line code in single assignment. A scalar
 * computation is a loop over the empty domain.
 */
import type { Dtype, Op } from "../dag/ops.ts";

/** A stretch of the program's memory. */
export interface Buffer {
  readonly id: number;
  /** Number of elements. */
  readonly size: number;
  readonly dtype: Dtype;
  /** Name for people: of the parameter, of the argument, or of the kernel that fills it. */
  readonly label: string;
}

/**
 * The element of a buffer that a point (i₀, i₁, …) of the domain touches: `offset + Σ strides[k]·iₖ`, and, where
 * `indirect` is there, that much further as the value of a temporary times a stride (a gather or a scatter).
 */
export interface Access {
  readonly buffer: Buffer;
  readonly offset: number;
  /** One for each axis of the domain; 0 along axes that the access does not follow. */
  readonly strides: readonly number[];
  readonly indirect?: readonly Indirect[];
}

export interface Indirect {
  /** An int32 temporary of the same body: a position in 0 … size - 1. */
  readonly temp: number;
  readonly size: number;
  readonly stride: number;
}

/** A temporary of the body by its number, or a constant. */
export type Operand = { readonly temp: number } | { readonly value: number };

/** How elements are brought together. */
export type Reducer = "sum" | "prod" | "max" | "min";

export type Statement =
  | { readonly kind: "load"; readonly temp: number; readonly from: Access; readonly dtype: Dtype }
  /** The position along an axis of the domain, as an int32. */
  | { readonly kind: "index"; readonly temp: number; readonly axis: number }
  | {
      readonly kind: "let";
      readonly temp: number;
      readonly op: Op;
      readonly args: readonly Operand[];
      readonly dtype: Dtype;
    }
  | { readonly kind: "store"; readonly to: Access; readonly value: Operand }
  /**
   * Adds (multiplies, …) the value to an element of a buffer, which holds the reducer's neutral element before the
   * loop begins: the loop sets it. Strides are 0 along the axes that are summed out. Sums run in float64 where the
   * result is one number.
   */
  | { readonly kind: "reduce"; readonly reducer: Reducer; readonly to: Access; readonly value: Operand };

export interface Loop {
  readonly kind: "loop";
  /** Lengths of the axes, outermost first, none of them 1. Empty: once. */
  readonly domain: readonly number[];
  readonly body: readonly Statement[];
}

/** A view of a buffer as matrices: a batch of `rows` x `columns`. */
export interface MatrixView {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** out[b] = left[b] · right[b], with out contiguous. */
export interface MatMul {
  readonly kind: "matmul";
  readonly left: MatrixView;
  readonly right: MatrixView;
  readonly out: Buffer;
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A draw of random numbers: what the kernel of this name makes of the key of (seed, counter). */
export interface Draw {
  readonly kind: "draw";
  readonly kernel: string;
  readonly seed: readonly [number, number];
  /** Counted from the counter of the step, or, where `absolute`, from zero. */
  readonly counter: number;
  readonly absolute: boolean;
  /** Of permutations: how many there are to choose from. */
  readonly population: number | undefined;
  /** Parameters, one element for each of the output's. */
  readonly inputs: readonly Buffer[];
  readonly out: Buffer;
}

/** A function of whole buffers that is not lowered further: a factorisation, a scan, or a tfjs kernel. */
export interface HostCall {
  readonly kind: "host";
  readonly label: string;
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  /** Reads `inputs` and fills `outputs`. */
  readonly run: (inputs: readonly Cells[], outputs: readonly Cells[]) => void;
}

export type Cells = Float32Array | Int32Array;

/**
 * Ends the step, before any state is written, unless all of the elements are finite: the step is then taken again
 * without the compiler, which can say what went wrong.
 */
export interface Check {
  readonly kind: "check";
  readonly buffers: readonly Buffer[];
}

/** Copies a new value over the old one of a state. */
export interface Copy {
  readonly kind: "copy";
  readonly from: Buffer;
  readonly to: Buffer;
}

export type Step = Loop | MatMul | Draw | HostCall | Check | Copy;
