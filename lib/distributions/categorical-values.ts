/**
 * A Categorical over values of any kind, strings included: the manual's `vs` as a list. Its draws live on the host, so
 * a model that has one runs eagerly.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { isRecording, toTensor } from "../tensor/index.ts";
import type { Constraint } from "./constraints.ts";
import { dependent } from "./constraints.ts";
import type { Distribution, Shape } from "./distribution.ts";

/** A value, or arrays of values in the shape of the batch. */
export type Nested<V> = V | Nested<V>[];

/** Whether `vs` holds anything but numbers, so that it cannot be a tensor. */
export function isValues(vs: unknown): vs is readonly unknown[] {
  return (
    Array.isArray(vs) && vs.some((v) => typeof v !== "number" && typeof v !== "boolean" && !Array.isArray(v))
  );
}

export class CategoricalValues<V> {
  readonly name = "Categorical";
  /** The distribution of the index. */
  readonly index: Distribution;
  readonly values: readonly V[];

  constructor(index: Distribution, values: readonly V[]) {
    const size = index.enumerateSupport(false).shape[0];
    if (size !== values.length) {
      throw pyroError({
        what: "Categorical needs one value for each probability",
        expected: `${size} values in vs`,
        got: `${values.length}`,
      });
    }
    this.index = index;
    this.values = values;
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
    return this.index.logProb(toTensor(this.encode(value)));
  }
  logPdf(value: Nested<V>): tf.Tensor {
    return this.index.logPdf(toTensor(this.encode(value)));
  }
  batchLogPdf(value: Nested<V>): tf.Tensor {
    return this.index.batchLogPdf(toTensor(this.encode(value)));
  }
  /** The values, each in the shape of the batch. */
  enumerateSupport(): Nested<V>[] {
    const { batchShape } = this;
    const size = batchShape.reduce((a, b) => a * b, 1);
    return this.values.map((_, k) => this.decode(new Array<number>(size).fill(k), batchShape));
  }
  expand(batchShape: Shape): CategoricalValues<V> {
    return new CategoricalValues(this.index.expand(batchShape), this.values);
  }
  toEvent(n: number): CategoricalValues<V> {
    if (n === 0) return this;
    throw this.unsupported("toEvent");
  }
  mask(mask: Parameters<Distribution["mask"]>[0]): CategoricalValues<V> {
    return new CategoricalValues(this.index.mask(mask), this.values);
  }
  toString(): string {
    return `Categorical(${this.index}, vs: [${this.values.map(String).join(", ")}])`;
  }

  private decode(flat: readonly number[], shape: readonly number[]): Nested<V> {
    const [size, ...rest] = shape;
    if (size === undefined) return this.values[flat[0] as number] as V;
    const step = rest.reduce((a, b) => a * b, 1);
    return Array.from({ length: size }, (_, i) => this.decode(flat.slice(i * step, (i + 1) * step), rest));
  }
  private encode(value: Nested<V>): number | number[] {
    const index = this.values.indexOf(value as V);
    if (index >= 0) return index;
    if (Array.isArray(value)) return value.map((v) => this.encode(v)) as number[];
    throw pyroError({
      what: "A value of Categorical is outside its support",
      expected: `one of ${this.values.map(String).join(", ")}`,
      got: String(value),
    });
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
