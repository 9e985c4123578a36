/**
 * The pointers of a nest of loops. The bytes that an access has moved depend on its strides alone, so that accesses
 * with equal strides share a pointer, and where their buffers begin stands in the instruction. Along an axis that is
 * walked backwards the pointer begins at the far end, so that it is never negative.
 */
import type { Access } from "../schedule/steps.ts";
import { type Expr, type FunctionWriter, get, I32, i32Const } from "./assembler.ts";

export type AddressOf = (access: Access) => number;

interface Pointer {
  readonly strides: readonly number[];
  /** Bytes moved so far; nothing before the first axis that moves it. */
  at: Expr | undefined;
}

export class Nest {
  readonly #f: FunctionWriter;
  readonly #lengths: readonly number[];
  readonly #pointers = new Map<string, Pointer>();

  constructor(f: FunctionWriter, lengths: readonly number[], accesses: readonly Access[]) {
    this.#f = f;
    this.#lengths = lengths;
    for (const { strides } of accesses) this.#pointers.set(strides.join(), { strides, at: undefined });
  }

  /** The byte at which the access begins, to be added to its pointer. */
  base(access: Access, address: number): number {
    const back = access.strides.reduce(
      (sum, stride, k) => sum + Math.min(stride, 0) * ((this.#lengths[k] as number) - 1),
      0,
    );
    return 4 * (address + access.offset + back);
  }

  pointer(access: Access): Expr {
    return this.#pointers.get(access.strides.join())?.at ?? i32Const(0);
  }

  /**
   * Writes the loop over one axis: `body` is given a function that moves the pointers on by some elements.
   * @param again whether it goes on from where an outer loop over the same axis stands
   */
  along(axis: number, body: (step: (elements: number) => void) => void, again = false): void {
    const f = this.#f;
    const length = this.#lengths[axis] as number;
    const moved = [...this.#pointers.values()].filter(({ strides }) => strides[axis] !== 0);
    const outer = moved.map(({ at }) => at);
    const steps = moved.map((pointer) => {
      const stride = pointer.strides[axis] as number;
      const local = f.local(I32);
      const start = again ? 0 : Math.max(0, -stride) * 4 * (length - 1);
      const from = pointer.at ?? i32Const(0);
      f.set(local, start === 0 ? from : [...from, ...i32Const(start), 0x6a]);
      pointer.at = get(local);
      return { local, bytes: 4 * stride };
    });
    body((elements) => {
      for (const { local, bytes } of steps) f.advance(local, bytes * elements);
    });
    moved.forEach((pointer, i) => {
      pointer.at = outer[i];
    });
  }
}
