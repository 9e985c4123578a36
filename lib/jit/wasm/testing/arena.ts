/** Buffers in one memory, and a comparison of what WebAssembly makes of a step with what the interpreter does. */
import type { Dtype } from "../../dag/ops.ts";
import type { Buffer, Loop, MatMul, Step } from "../../schedule/steps.ts";
import { interpretStep } from "../../testing/interpret-step.ts";
import { compileWasm } from "../index.ts";

export class Arena {
  readonly buffers: Buffer[] = [];
  readonly #addresses = new Map<number, number>();
  readonly #initial: number[][] = [];
  #next = 4;

  /** @param shift cells by which the buffer is out of step with vectors */
  buffer(dtype: Dtype, values: ArrayLike<number>, shift = 0): Buffer {
    const id = this.buffers.length;
    const made = { id, size: values.length, dtype, label: `b${id}` };
    this.#addresses.set(id, this.#next + shift);
    this.#next += (Math.ceil((values.length + shift) / 4) + 1) * 4;
    this.buffers.push(made);
    this.#initial.push(Array.from(values));
    return made;
  }

  readonly address = (buffer: Buffer): number => this.#addresses.get(buffer.id) as number;

  get memory(): WebAssembly.Memory {
    return new WebAssembly.Memory({ initial: Math.ceil((this.#next * 4 + 64) / 65536) });
  }

  /** Every cell outside of the buffers holds a mark, so that a store that goes astray is seen. */
  fill(memory: WebAssembly.Memory): { cells: Float32Array; ints: Int32Array } {
    const cells = new Float32Array(memory.buffer);
    const ints = new Int32Array(memory.buffer);
    ints.fill(0x4abcdef0);
    this.buffers.forEach((buffer, i) => {
      (buffer.dtype === "float32" ? cells : ints).set(this.#initial[i] as number[], this.address(buffer));
    });
    return { cells, ints };
  }

  compile(steps: readonly Step[], memory: WebAssembly.Memory, relaxed?: boolean) {
    return compileWasm(steps, this.address, memory, relaxed === undefined ? {} : { relaxed });
  }

  /** The whole memory after the step, by WebAssembly and by the interpreter. */
  both(step: Loop | MatMul, relaxed?: boolean): { got: Int32Array; want: Int32Array } {
    const memory = this.memory;
    const code = this.compile([step], memory, relaxed);
    const run = code.steps[0];
    if (run === undefined) throw new Error("the step is not supported");
    const { ints: got } = this.fill(memory);
    run();
    const other = this.memory;
    const { cells, ints: want } = this.fill(other);
    interpretStep(step, cells, want, this.address);
    return { got, want };
  }
}

/** Distance in units of the last place of float32; 0 for two NaN, and between the zeros. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b))
    return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(ordinal(a) - ordinal(b));
}

const bits = new DataView(new ArrayBuffer(4));

function ordinal(x: number): number {
  bits.setFloat32(0, x);
  const word = bits.getInt32(0);
  return word < 0 ? -(word & 0x7fffffff) : word;
}

/** Distance of a float32 from an exact number, in units of its last place. */
export function exactUlps(got: number, exact: number): number {
  const near = Math.fround(exact);
  if (!Number.isFinite(near) || !Number.isFinite(got)) return ulps(got, near);
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(near) || 2 ** -149)) - 23), 2 ** -149);
  return Math.abs(got - exact) / unit;
}
