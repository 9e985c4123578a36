/**
 * Tensors that show what stands in somebody's memory now, such as a compiled program's. Nothing is copied until it is
 * looked at: a read returns a copy, and whoever computes with such a tensor (or clones it) gives it values of its own by
 * that, because tfjs then moves its data to the backend that computes. From there on it shows memory no more.
 */
import * as tf from "@tensorflow/tfjs-core";
import { settle } from "./unwritten.ts";

type Cells = Float32Array | Int32Array;

interface Entry {
  readonly cells: Cells;
  references: number;
}

export class LiveTensors {
  readonly #backend = new MemoryBackend();

  /** A kept tensor that shows these cells. */
  tensor(cells: Cells, shape: readonly number[]): tf.Tensor {
    const dataId = {};
    this.#backend.entries.set(dataId, { cells, references: 1 });
    const dtype = cells instanceof Int32Array ? "int32" : "float32";
    return tf.keep(tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, this.#backend));
  }

  /** Let a variable show these cells, which must hold its values or its next ones. */
  show(variable: tf.Variable, cells: Cells): void {
    // `assign` would have the active backend fetch the data.
    const { dataId } = this.tensor(cells, variable.shape);
    tf.engine().disposeTensor(variable);
    variable.dataId = dataId;
  }

  /** Whether a tensor still shows memory. */
  shows({ dataId }: tf.Tensor): boolean {
    return this.#backend.entries.has(dataId);
  }

  /** Give all of them values of their own. */
  release(): void {
    for (const dataId of [...this.#backend.entries.keys()]) tf.engine().moveData(tf.backend(), dataId);
  }
}

/** What tfjs asks of the place where data stands; nothing is computed here. */
class MemoryBackend extends tf.KernelBackend {
  readonly entries = new Map<object, Entry>();

  override readSync(dataId: object): Cells {
    settle();
    const entry = this.entries.get(dataId);
    if (entry === undefined) throw new Error("this tensor shows no memory");
    return entry.cells.slice();
  }

  override async read(dataId: object): Promise<Cells> {
    return this.readSync(dataId);
  }

  override refCount(dataId: object): number {
    return this.entries.get(dataId)?.references ?? 0;
  }

  override incRef(dataId: object): void {
    const entry = this.entries.get(dataId);
    if (entry !== undefined) entry.references++;
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.entries.get(dataId);
    if (entry === undefined) return true;
    entry.references--;
    if (!force && entry.references > 0) return false;
    return this.entries.delete(dataId);
  }

  override numDataIds(): number {
    return this.entries.size;
  }
}
