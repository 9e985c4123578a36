/** A list of losses that grows without copying at each step. */
export class LossBuffer {
  #values = new Float32Array(1024);
  #length = 0;

  push(loss: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = loss;
  }

  /** Forget all but the first. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  get length(): number {
    return this.#length;
  }

  /** The losses so far: a view, not a copy; later losses do not show in it. */
  view(from = 0): Float32Array {
    return this.#values.subarray(from, this.#length);
  }
}
