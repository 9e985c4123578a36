/**
 * What a record is: the kernels that tfjs called, in order, with what went into each and what came out. It is in
 * terms of tfjs (kernel names, attributes) and knows nothing of how the values will be computed.
 */
import type * as tf from "@tensorflow/tfjs-core";

/** Where a value comes from. */
export type Origin =
  /** A variable: what it holds when the step begins. */
  | { readonly kind: "state"; readonly variable: tf.Variable; readonly label: string }
  /** A tensor that was there before the step: tensors do not change, so it is a constant. */
  | { readonly kind: "captured"; readonly tensor: tf.Tensor }
  /** A tensor given to the step; another one at each call. */
  | { readonly kind: "argument"; readonly position: number }
  /** Made from host values while the step ran. */
  | { readonly kind: "constant"; readonly data: tf.TypedArray }
  | { readonly kind: "output"; readonly call: Call; readonly position: number };

export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  readonly origin: Origin;
  /** The same number at every step: a constant, or computed from constants alone. */
  readonly fixed: boolean;
}

/** A value as a kernel sees it: reshaping and widening a type change no number, so they are not recorded. */
export interface Use {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

export interface Call {
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Use>>;
  readonly outputs: Value[];
  /** For a fixed call: its results, kept until the program is made. */
  readonly results: readonly tf.Tensor[] | undefined;
}

export interface Graph {
  readonly calls: readonly Call[];
  /** Values that are not outputs of calls, in the order in which they were met. */
  readonly sources: readonly Value[];
  /** What the step returns. */
  readonly outputs: readonly Use[];
  /** The variables that the step assigned, and what to. */
  readonly assigned: readonly { readonly variable: tf.Variable; readonly use: Use }[];
  /** How many random draws the step took from the stream. */
  readonly draws: number;
  /** Frees what the record keeps alive. */
  dispose(): void;
}

/** Kernels that draw: their attributes `seed0`, `seed1`, `counter` are recorded relative to the stream. */
export function isDraw(call: Call): boolean {
  return "counter" in call.attrs && "seed0" in call.attrs;
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(",")}]`;

/** One line for each call, for people. */
export function printGraph(graph: Graph): string {
  const lines = graph.sources.map(({ id, shape, origin }) => `%${id} = ${origin.kind} ${shapeText(shape)}`);
  for (const { kernel, attrs, inputs, outputs } of graph.calls) {
    const given = Object.entries(inputs).map(([name, { value }]) => `${name}=%${value.id}`);
    const options = Object.keys(attrs).length === 0 ? "" : ` ${JSON.stringify(attrs)}`;
    const made = outputs.map(({ id, shape }) => `%${id}${shapeText(shape)}`).join(", ");
    lines.push(`${made} = ${kernel}(${given.join(", ")})${options}`);
  }
  lines.push(`return ${graph.outputs.map(({ value }) => `%${value.id}`).join(", ")}`);
  return lines.join("\n");
}
