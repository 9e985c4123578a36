/**
 * A Categorical over values of any kind, strings included: the manual's `vs` as a list. Its draws live on the host, so
 * a model that has one runs eagerly.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { isRecording } from "../tensor/index.ts";
import type { Constraint } from "./constraints.ts";
import { dependent } from "./constraints.ts";
import type { Distribution, Shape } from "./distribution.ts";

/** A value, or arrays of values in the shape of the batch. */
export type Nested<V> = V | Nested<V>[];

/** Whether `vs` holds anything but numbers, so that it cannot be a tensor. */
export function isValues(vs: unknown): vs is readonly unknown[] {
  const isNumber = (v: unknown) => typeof v === "number" || typeof v === "boolean";
  return Array.isArray(vs) && vs.some((v) => (Array.isArray(v) ? isValues(v) : !isNumber(v)));
}

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["batchLogPdf", "enumerateSupport", "logPdf"] as const;

export interface CategoricalValues<V> extends PyroSpelling<CategoricalValues<V>, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class CategoricalValues<V> {
  static {
    spellAsPyro(CategoricalValues.prototype, MANUAL);
  }

  readonly name = "Categorical";
  /** The distribution of the index. */
  readonly index: Distribution;
  /** One list for the whole batch, or one for each of its elements in order. */
  readonly rows: readonly (readonly V[])[];

  /** @param values one list, or lists in the shape of the batch */
  constructor(index: Distribution, values: readonly Nested<V>[]) {
    const { batchShape } = index;
    const size = tf.tidy(() => index.enumerateSupport(false).shape[0]);
    const lists: readonly unknown[] = values;
    const own = lists.some(Array.isArray);
    this.index = index;
    this.rows = (own ? lists.flat(batchShape.length - 1) : [lists]) as V[][];
    const elements = batchShape.reduce((a, b) => a * b, 1);
    const odd = this.rows.find((row) => !Array.isArray(row) || row.length !== size);
    if (odd !== undefined || (own && this.rows.length !== elements)) {
      throw pyroError({
        what: "Categorical needs one value for each probability",
        expected: `${size} values in vs${own ? `, for each element of batch shape [${batchShape}]` : ""}`,
        got: odd === undefined ? `${this.rows.length} lists` : `${[odd].flat().length}`,
      });
    }
  }

  get batchShape(): number[] {
    return this.index.batchShape;
  }
  get eventShape(): number[] {
    return [];
  }
  get eventDim(): number {
    return 0;
  }
  get hasRsample(): boolean {
    return false;
  }
  get reparameterized(): boolean {
    return false;
  }
  get hasEnumerateSupport(): boolean {
    return true;
  }
  get enumerable(): boolean {
    return true;
  }
  get support(): Constraint {
    return dependent;
  }
  shape(sampleShape: Shape = []): number[] {
    return this.index.shape(sampleShape);
  }

  sample(sampleShape: Shape = []): Nested<V> {
    this.refuseRecording();
    const drawn = this.index.sample(sampleShape);
    const nested = this.decode(Array.from(drawn.dataSync()), drawn.shape);
    drawn.dispose();
    return nested;
  }
  logProb(value: Nested<V>): tf.Tensor {
    this.refuseRecording();
    return this.index.logProb(this.encode(value));
  }
  logPdf(value: Nested<V>): tf.Tensor {
    return this.index.logPdf(this.encode(value));
  }
  batchLogPdf(value: Nested<V>): tf.Tensor {
    return this.index.batchLogPdf(this.encode(value));
  }
  /** The values, each in the shape of the batch. */
  enumerateSupport(): Nested<V>[] {
    const { batchShape } = this;
    const size = batchShape.reduce((a, b) => a * b, 1);
    const [row = []] = this.rows;
    return row.map((_, k) => this.decode(new Array<number>(size).fill(k), batchShape));
  }
  /** The manual's shapes: here an index has no axis of its own. */
  batch_shape(x?: Nested<V>): number[] {
    return x === undefined ? this.batchShape : tf.tidy(() => this.index.batchShapeFor(this.encode(x)));
  }
  event_shape(): number[] {
    return [];
  }
  event_dim(): number {
    return 0;
  }
  expand(batchShape: Shape): CategoricalValues<V> {
    const inner = batchShape.slice(batchShape.length - this.batchShape.length);
    if (this.rows.length > 1 && !inner.every((n, i) => n === -1 || n === this.batchShape[i])) {
      throw this.unsupported("expand of an axis that has values of its own");
    }
    return this.derived(this.index.expand(batchShape));
  }
  toEvent(n: number): CategoricalValues<V> {
    if (n === 0) return this;
    throw this.unsupported("toEvent");
  }
  mask(mask: Parameters<Distribution["mask"]>[0]): CategoricalValues<V> {
    return this.derived(this.index.mask(mask));
  }
  toString(): string {
    const lists = this.rows.map((row) => `[${row.map(String).join(", ")}]`);
    return `Categorical(${this.index}, vs: ${lists.length === 1 ? lists[0] : `[${lists.join(", ")}]`})`;
  }

  private derived(index: Distribution): CategoricalValues<V> {
    const same = Object.create(CategoricalValues.prototype) as object;
    return Object.assign(same, { name: this.name, index, rows: this.rows }) as CategoricalValues<V>;
  }

  /** Values of a sequence of elements: the batch is its innermost part. */
  private decode(flat: readonly number[], shape: readonly number[]): Nested<V> {
    const values = flat.map((k, at) => this.rowOf(at)[k] as V);
    return nest(values, shape);
  }
  private encode(value: Nested<V>): tf.Tensor {
    const one = !Array.isArray(value);
    const { batchShape, rows } = this;
    const leaves = one ? rows.map(() => value) : ((value as unknown[]).flat(Number.POSITIVE_INFINITY) as V[]);
    const indices = leaves.map((leaf, at) => {
      const index = this.rowOf(at).indexOf(leaf);
      if (index >= 0) return index;
      throw pyroError({
        what: "A value of Categorical is outside its support",
        expected: `one of ${this.rowOf(at).map(String).join(", ")}`,
        got: String(leaf),
      });
    });
    const shape = one ? (rows.length > 1 ? batchShape : []) : shapeOf(value);
    return tf.tensor(indices, shape, "float32");
  }
  private rowOf(at: number): readonly V[] {
    return this.rows[at % this.rows.length] as readonly V[];
  }
  private refuseRecording(): void {
    if (isRecording()) throw this.unsupported("a compiled step");
  }
  private unsupported(what: string): Error {
    return pyroError({
      what: `A Categorical over values that are not numbers does not work with ${what}`,
      got: String(this),
      try: "a Categorical over indices, and look the values up afterwards",
    });
  }
}

function shapeOf(nested: unknown): number[] {
  return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0])] : [];
}

function nest<V>(values: readonly V[], shape: readonly number[]): Nested<V> {
  const [size, ...rest] = shape;
  if (size === undefined) return values[0] as V;
  const step = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, i) => nest(values.slice(i * step, (i + 1) * step), rest));
}
