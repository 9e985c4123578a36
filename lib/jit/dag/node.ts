/**
 * The program as a graph of a few primitives, into which every tfjs kernel is taken apart: maps over elements,
 * reductions, assembling, matrix products, draws, and functions of whole buffers. A node has a result, laid out row
 * by row; what others see of it is a `View`, so that reshaping, slicing, transposing and broadcasting cost nothing.
 */
import type { Value } from "../graph.ts";
import type { HostCall, Reducer } from "../schedule/steps.ts";
import type { Dtype, Op } from "./ops.ts";

/** Elements `offset + Σ strides[k]·iₖ` of a node's result, as a tensor of this shape. */
export interface View {
  readonly node: Node;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Axes along which positions come from other tensors (gathers): views of int32 numbers, of the same shape. */
  readonly indirect?: readonly IndirectView[];
}

export interface IndirectView {
  readonly index: View;
  /** How many positions there are. */
  readonly size: number;
  /** How far one position is from the next. */
  readonly stride: number;
}

/** What a map reads: elements, a constant, or the position along one of its axes. */
export type Argument = View | number | { readonly axis: number };

interface Result {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

export type Node =
  | (Result & { readonly kind: "source"; readonly value: Value })
  | (Result & { readonly kind: "literal"; readonly data: Float32Array | Int32Array })
  | (Result & { readonly kind: "map"; readonly op: Op; readonly args: readonly Argument[] })
  /** Elements of `arg` are brought together at `offset + Σ strides[k]·iₖ` of the result. */
  | (Result & {
      readonly kind: "reduce";
      readonly reducer: Reducer;
      readonly arg: Argument;
      /** Shape of `arg`. */
      readonly domain: readonly number[];
      readonly strides: readonly number[];
      readonly offset: number;
      readonly indirect: readonly IndirectView[];
    })
  /** Parts laid into a result that is otherwise `fill`. Later parts overwrite earlier ones. */
  | (Result & {
      readonly kind: "assemble";
      readonly fill: number | undefined;
      readonly parts: readonly Part[];
    })
  | (Result & {
      readonly kind: "matmul";
      /** Of shapes [batch, m, k] and [batch, k, n]. */
      readonly left: View;
      readonly right: View;
    })
  | (Result & {
      readonly kind: "draw";
      readonly kernel: string;
      readonly seed: readonly [number, number];
      readonly counter: number;
      readonly absolute: boolean;
      /** Of permutations: how many there are to choose from. */
      readonly population: number | undefined;
      readonly inputs: readonly View[];
    })
  | (Result & {
      readonly kind: "host";
      readonly label: string;
      /** Whole results: contiguous views. */
      readonly inputs: readonly View[];
      readonly run: HostCall["run"];
    });

export interface Part {
  readonly arg: Argument;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
  readonly indirect?: readonly IndirectView[];
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** Strides of a tensor that is laid out row by row; 0 along axes of length 1, which are never followed. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  for (let i = shape.length - 1, step = 1; i >= 0; i--) {
    const n = shape[i] as number;
    if (n !== 1) strides[i] = step;
    step *= n;
  }
  return strides;
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

export function isView(arg: Argument): arg is View {
  return typeof arg === "object" && "node" in arg;
}

/** Whether a view is its node's whole result in order. */
export function isWhole(view: View): boolean {
  return (
    view.offset === 0 &&
    view.indirect === undefined &&
    sizeOf(view.shape) === sizeOf(view.node.shape) &&
    isRowMajor(view)
  );
}

export function isRowMajor({ shape, strides }: View): boolean {
  const wanted = rowMajor(shape);
  return strides.every((stride, i) => stride === wanted[i] || shape[i] === 1);
}

/** The nodes that a node reads. */
export function* readsOf(node: Node): Generator<Node> {
  for (const arg of argumentsOf(node)) yield* nodesOf(arg);
}

export function* nodesOf(arg: Argument): Generator<Node> {
  if (!isView(arg)) return;
  yield arg.node;
  for (const { index } of arg.indirect ?? []) yield* nodesOf(index);
}

export function* argumentsOf(node: Node): Generator<Argument> {
  switch (node.kind) {
    case "source":
    case "literal":
      return;
    case "map":
      yield* node.args;
      return;
    case "reduce":
      yield node.arg;
      for (const { index } of node.indirect) yield index;
      return;
    case "assemble":
      for (const { arg, indirect } of node.parts) {
        yield arg;
        for (const { index } of indirect ?? []) yield index;
      }
      return;
    case "matmul":
      yield node.left;
      yield node.right;
      return;
    case "draw":
    case "host":
      yield* node.inputs;
      return;
    default:
      node satisfies never;
  }
}
