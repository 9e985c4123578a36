/**
 * `indep` declares that the sites inside are independent along a plate: it writes its frame on them, scales their
 * log-densities when the plate is subsampled, and stretches their distributions to the size of the plate.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { CondIndepStackFrame } from "./cond-indep-stack-frame.ts";
import type { Message, ParamMessage, SampleMessage } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";
import { product } from "./scale.ts";
import { activeHandlers } from "./stack.ts";

export interface IndepOptions {
  name: string;
  vectorized: boolean;
  /** Full size; without it independence is declared and nothing else. */
  size?: number;
  /** Size of the batch; `size` by default. */
  subsampleSize?: number;
  /** Whether the batch is all elements in their order: true where it is as large as the plate, by default. */
  whole?: boolean;
  /** Batch dimension, negative; the rightmost free one by default. */
  dim?: number;
  /** The indices of the batch, by which parameters of the full size are subsampled too. */
  indices?: () => tf.Tensor1D;
}

export class IndepPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly plateName: string;
  readonly vectorized: boolean;
  readonly size: number;
  readonly subsampleSize: number;
  readonly whole: boolean;
  readonly #wanted: number | undefined;
  readonly #indices: (() => tf.Tensor1D) | undefined;
  #dim: number | null = null;
  #counter = 0;

  constructor(fn: Program<A, R> | null, options: IndepOptions);
  constructor(fn: Program<A, R> | null, name: string, vectorized: boolean);
  constructor(fn: Program<A, R> | null, first: IndepOptions | string, vectorized = true) {
    super(fn);
    const options = typeof first === "string" ? { name: first, vectorized } : first;
    this.plateName = options.name;
    this.vectorized = options.vectorized;
    this.size = options.size ?? -1;
    this.subsampleSize = options.subsampleSize ?? this.size;
    this.whole = options.whole ?? this.subsampleSize === this.size;
    this.#wanted = options.dim;
    this.#indices = options.indices;
  }

  /** What sites inside have in their `condIndepStack`. */
  get frame(): CondIndepStackFrame {
    const { plateName: name, vectorized, size, subsampleSize, whole } = this;
    const extent = { size, subsampleSize, dim: this.#dim, whole };
    return new CondIndepStackFrame(name, this.#counter, vectorized, extent);
  }

  /** The next iteration of a sequential plate begins. */
  nextIteration(): void {
    this.#counter++;
  }

  override enter(): void {
    const dim = this.vectorized && this.size >= 0 ? allocateDim(this.plateName, this.#wanted) : null;
    super.enter();
    this.#dim = dim;
    this.#counter = 0;
  }

  override processMessage(msg: Message): undefined {
    const { frame } = this;
    msg.condIndepStack = [frame, ...msg.condIndepStack];
    if (msg.type !== "sample") return;
    if (frame.subsampleSize !== frame.size) msg.scale = product(msg.scale, frame.size / frame.subsampleSize);
    if (frame.dim !== null && !msg.isSubsample && msg.infer._deterministic !== true) {
      stretch(msg, frame, frame.dim);
    }
  }

  /** A parameter with one value for each element of the plate: those of the batch. */
  override postprocessMessage(msg: Message): void {
    const { size } = this;
    const dim = this.#dim;
    if (msg.type !== "param" || dim === null || msg.eventDim === undefined || msg.value === undefined) return;
    const axis = msg.value.rank - msg.eventDim + dim;
    const have = axis < 0 ? 1 : msg.value.shape[axis];
    if (have === 1 || (have === size && this.whole)) return;
    if (have !== size) throw paramMisfit(msg, this.frame, msg.value.shape);
    if (this.#indices !== undefined) msg.value = tf.gather(msg.value, this.#indices(), axis);
  }
}

/** Declares independence: `indep(fn, { name, vectorized })`. `plate` is built on it. */
export function indep<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: IndepOptions,
): IndepPoutine<A, R> {
  return new IndepPoutine(fn, options);
}

/** The rightmost batch dimension that no active plate has, or the wanted one. */
function allocateDim(name: string, wanted: number | undefined): number {
  const taken = new Map<number, string>();
  for (const handler of activeHandlers()) {
    if (!(handler instanceof IndepPoutine)) continue;
    const { frame } = handler;
    if (frame.name === name) {
      throw pyroError({
        what: `Plate "${name}" stands inside itself`,
        where: `plate "${name}"`,
        try: "give the inner plate another name",
      });
    }
    if (frame.dim !== null) taken.set(frame.dim, frame.name);
  }
  if (wanted === undefined) {
    let dim = -1;
    while (taken.has(dim)) dim--;
    return dim;
  }
  const other = taken.get(wanted);
  if (Number.isInteger(wanted) && wanted < 0 && other === undefined) return wanted;
  throw pyroError({
    what: `Plate "${name}" cannot have dim ${wanted}`,
    where: `plate "${name}", option dim`,
    expected:
      other === undefined ? "a negative integer, counted from the right" : "a dim that no outer plate has",
    got: other === undefined ? String(wanted) : `${wanted}, which is that of plate "${other}"`,
    try: "leave dim out: the rightmost free one is taken",
  });
}

/** Gives the site's distribution the plate's size at the plate's dimension. */
function stretch(msg: SampleMessage, frame: CondIndepStackFrame, dim: number): void {
  const { fn } = msg;
  const have = fn.batchShape.at(dim);
  const size = frame.subsampleSize;
  if (have !== size) {
    if (have !== undefined && have !== 1) throw misfit(msg, frame, `batch shape [${fn.batchShape}]`, have);
    const shape = [...fn.batchShape];
    while (shape.length < -dim) shape.unshift(1);
    shape[shape.length + dim] = size;
    msg.fn = fn.expand(shape);
  }
  // What was given or replayed must fit as well.
  const shape = (msg.value as tf.Tensor | undefined)?.shape;
  if (shape === undefined) return;
  const given = shape[shape.length - fn.eventDim + dim];
  if (given !== undefined && given !== 1 && given !== size) {
    throw misfit(msg, frame, `${msg.isObserved ? "an observed" : "a"} value of shape [${shape}]`, given);
  }
}

function misfit(msg: SampleMessage, frame: CondIndepStackFrame, got: string, size: number): Error {
  return pyroError({
    what: `Site "${msg.name}" does not fit plate "${frame.name}"`,
    where: `site "${msg.name}", plate "${frame.name}"`,
    expected: `size ${frame.subsampleSize} (or 1) at batch dimension ${frame.dim}`,
    got: `size ${size} there: ${got} for ${msg.fn}`,
    try:
      `if these ${size} numbers are one value, declare them with .toEvent(1); if they are independent, ` +
      `put them in a plate of their own (plate("...", ${size})) inside or around this one` +
      (frame.subsampleSize === frame.size
        ? ""
        : "; index full-sized data with the plate's indices (tf.gather)"),
  });
}

function paramMisfit(msg: ParamMessage, frame: CondIndepStackFrame, shape: readonly number[]): Error {
  return pyroError({
    what: `Parameter "${msg.name}" does not fit plate "${frame.name}"`,
    where: `parameter "${msg.name}", plate "${frame.name}"`,
    expected: `size ${frame.size} (or 1) at dimension ${frame.dim}, left of its ${msg.eventDim} event dimensions`,
    got: `shape [${shape}]`,
    try: "change its initial value, or its eventDim",
  });
}
