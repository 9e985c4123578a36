/**
 * `plate`: independence. By callback it is vectorised: the body runs once, for all indices of the batch at once. By
 * `for...of` it is sequential: the body runs once for each index.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { indep } from "../poutine/indep.ts";
import { type NumericTypedArray, showShape } from "../tensor/index.ts";
import { checkName } from "./name.ts";
import { drawIndices } from "./subsample.ts";

export interface PlateOptions {
  /** Size of a random batch; the log-densities inside are scaled by size / subsampleSize. */
  subsampleSize?: number | false | null | undefined;
  /** A batch of one's own: its indices. */
  subsample?: tf.Tensor | readonly number[] | NumericTypedArray | undefined;
  /** Batch dimension, negative, counted from the right; the rightmost free one by default. */
  dim?: number | undefined;
  /** The manual's; there is nothing to choose here. */
  useCuda?: unknown;
}

const optionNames: OptionNames<PlateOptions> = {
  subsampleSize: true,
  subsample: true,
  dim: true,
  useCuda: true,
};

export type PlateBody<R> = (indices: tf.Tensor1D) => R;

/**
 * Declares that what happens inside is independent along a dimension.
 *
 *     plate("data", 100, (i) => sample("x", dist.Normal(mu, 1), { obs: data }))
 *     plate("data", 100, { subsampleSize: 10 }, (i) => sample("x", dist.Normal(mu, 1), { obs: tf.gather(data, i) }))
 *     for (const i of plate("data", 100)) sample(`x_${i}`, dist.Normal(mu, 1), { obs: data[i] })
 *     plate("data", () => observe("x", dist.normal, data, mu, 1))    // merely declares independence
 *
 * @returns what the body returns; without a body a `Plate`, to iterate over or to `run` bodies in
 */
export function plate<R>(name: string, body: PlateBody<R>): R;
export function plate<R>(name: string, size: number | undefined, body: PlateBody<R>): R;
export function plate<R>(
  name: string,
  size: number | undefined,
  options: PlateOptions | undefined,
  body: PlateBody<R>,
): R;
export function plate(name: string, size?: number, options?: PlateOptions): Plate;
export function plate<R>(
  name: string,
  ...rest: (number | PlateOptions | PlateBody<R> | undefined)[]
): R | Plate {
  checkName("plate", name);
  const body = rest.find((x): x is PlateBody<R> => typeof x === "function");
  const size = rest.find((x): x is number => typeof x === "number");
  const options = rest.find((x): x is PlateOptions => typeof x === "object" && x !== null);
  const made = new Plate(name, size, options);
  return body === undefined ? made : made.run(body);
}

/** The 0.1 name of the vectorised `plate`. */
export const iarange = plate;
/** The 0.1 name of the sequential `plate`. */
export const irange = plate;

/** One plate of one run: its index set is drawn when it is made, so that it can be entered more than once. */
export class Plate implements Iterable<number> {
  readonly name: string;
  /** Full size; undefined if independence is merely declared. */
  readonly size: number | undefined;
  readonly subsampleSize: number;
  readonly #dim: number | undefined;
  #indices: tf.Tensor1D | undefined;
  /** Whether the batch is all of the plate, in order. */
  readonly #whole: boolean;

  constructor(name: string, size?: number, options: PlateOptions = {}) {
    checkOptions(`plate "${name}"`, options, optionNames);
    this.name = name;
    this.size = size;
    this.#dim = options.dim;
    this.#whole = options.subsample == null && (!options.subsampleSize || options.subsampleSize === size);
    if (size === undefined) {
      if (options.subsample != null || options.subsampleSize) throw sizeless(name);
      this.subsampleSize = -1;
      return;
    }
    if (!Number.isInteger(size) || size < 1) throw badSize(name, "size", "an integer >= 1", size);
    const wanted = options.subsampleSize || undefined;
    if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= size)) {
      throw badSize(name, "subsampleSize", `an integer between 1 and the plate's size ${size}`, wanted);
    }
    if (options.subsample != null) {
      this.#indices = indexTensor(name, options.subsample, size);
      this.subsampleSize = this.#indices.size;
      if (wanted !== undefined && wanted !== this.subsampleSize) {
        throw subsampleMismatch(name, wanted, this.subsampleSize, "the given subsample");
      }
    } else {
      this.subsampleSize = wanted ?? size;
      if (this.subsampleSize < size) {
        this.#indices = drawIndices(name, size, this.subsampleSize);
        const drawn = this.#indices.size;
        if (drawn !== this.subsampleSize) {
          throw subsampleMismatch(name, this.subsampleSize, drawn, "the index set of the guide");
        }
      }
    }
  }

  /** The indices of the batch: shape [subsampleSize], int32. */
  get indices(): tf.Tensor1D {
    // A plate that outlives a step makes its range again: the step disposed the last one.
    if (this.#indices === undefined || (this.#whole && this.#indices.isDisposed)) {
      this.#indices = tf.range(0, Math.max(0, this.subsampleSize), 1, "int32");
    }
    return this.#indices;
  }

  /** Runs a body for the whole batch at once. */
  run<R>(body: PlateBody<R>): R {
    const { name, size, subsampleSize } = this;
    const indices = () => this.indices;
    const handler = indep(null, {
      name,
      vectorized: true,
      indices,
      ...(size !== undefined && { size, subsampleSize, whole: this.#whole }),
      ...(this.#dim !== undefined && { dim: this.#dim }),
    });
    return handler.run(() => body(this.indices));
  }

  /** The indices of the batch one by one; the sites of different iterations are independent. */
  *[Symbol.iterator](): IterableIterator<number> {
    const { name, size, subsampleSize } = this;
    if (size === undefined) throw sizeless(name);
    // Only a sequential plate needs to know its indices on the host, and a full one knows them anyway.
    const indices = this.#whole ? Array.from({ length: size }, (_, i) => i) : this.indices.dataSync();
    const handler = indep(null, { name, vectorized: false, size, subsampleSize, whole: this.#whole });
    handler.enter();
    try {
      for (const index of indices) {
        pollInterrupt();
        handler.nextIteration();
        yield index;
      }
    } finally {
      handler.exit();
    }
  }

  toString(): string {
    const { name, size, subsampleSize } = this;
    return `plate("${name}"${size === undefined ? "" : `, ${subsampleSize === size ? size : `${subsampleSize} of ${size}`}`})`;
  }
}

function indexTensor(
  name: string,
  subsample: NonNullable<PlateOptions["subsample"]>,
  size: number,
): tf.Tensor1D {
  if (!(subsample instanceof tf.Tensor)) {
    // Those of a tensor would have to be read, which no compiled step may do.
    const outside = subsample.find((i) => !(Number.isInteger(i) && i >= 0 && i < size));
    if (outside !== undefined) throw badSize(name, "subsample", `indices from 0 to ${size - 1}`, outside);
  }
  const value = subsample instanceof tf.Tensor ? subsample : tf.tensor1d(Int32Array.from(subsample), "int32");
  if (value.rank !== 1) {
    throw badSize(name, "subsample", "a list of indices", `a tensor of shape ${showShape(value.shape)}`);
  }
  return (value.dtype === "int32" ? value : tf.cast(value, "int32")) as tf.Tensor1D;
}

function badSize(name: string, option: string, expected: string, got: unknown): Error {
  return pyroError({
    what: `Plate "${name}" cannot have this ${option}`,
    where: `plate "${name}", ${option}`,
    expected,
    got: String(got),
  });
}

function subsampleMismatch(name: string, wanted: number, got: number, whose: string): Error {
  return pyroError({
    what: `Plate "${name}" has subsampleSize ${wanted}, but ${whose} has ${got} indices`,
    where: `plate "${name}"`,
    expected: `${wanted} indices`,
    got: `${got}`,
    try: "use the same size and subsampleSize for this plate in model and guide, and for a subsample of your own leave subsampleSize out",
  });
}

function sizeless(name: string): Error {
  return pyroError({
    what: `Plate "${name}" has no size`,
    where: `plate "${name}"`,
    expected: "a size, where there are indices to iterate over or to draw from",
    try: `plate("${name}", size, ...); without a size a plate merely declares independence: plate("${name}", () => { ... })`,
  });
}
