/** What a frame tells of a plate's size and place, where it has one. */
export interface PlateExtent {
  size?: number;
  subsampleSize?: number;
  dim?: number | null;
  whole?: boolean;
}

/**
 * One frame of conditional independence: the plate a site stands in.
 * `counter` counts the iterations of a sequential plate and stays 0 in a vectorised one.
 */
export class CondIndepStackFrame {
  readonly name: string;
  readonly counter: number;
  readonly vectorized: boolean;
  /** Full size of the plate; -1 for one that merely declares independence. */
  readonly size: number;
  /** Size of the batch in this run (equal to `size` without subsampling). */
  readonly subsampleSize: number;
  /** Batch dimension, counted from the right (negative); null for a sequential or sizeless plate. */
  readonly dim: number | null;
  /** Whether the batch is all elements of the plate, in their order. */
  readonly whole: boolean;

  constructor(
    name: string,
    counter: number,
    vectorized: boolean,
    { size = -1, subsampleSize = size, dim = null, whole = subsampleSize === size }: PlateExtent = {},
  ) {
    this.name = name;
    this.counter = counter;
    this.vectorized = vectorized;
    this.size = size;
    this.subsampleSize = subsampleSize;
    this.dim = dim;
    this.whole = whole;
  }
}
