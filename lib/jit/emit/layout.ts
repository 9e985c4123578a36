/** Where each buffer stands in the program's memory. */
import type { Buffer } from "../schedule/steps.ts";

export interface Layout {
  /** Index of the buffer's first 4-byte cell. */
  address(buffer: Buffer): number;
  /** Cells in all. */
  readonly cells: number;
}

/** Vectors begin on a cache line, which is what SIMD loads like best. */
const LINE = 16;
/** The cell, in the first line, that is not 0 while a step writes the states. */
export const WRITING = 0;

export function layout(buffers: readonly Buffer[]): Layout {
  const places = new Map<Buffer, number>();
  let cells = LINE;
  for (const buffer of buffers) {
    if (buffer.size >= 4) cells = Math.ceil(cells / LINE) * LINE;
    places.set(buffer, cells);
    cells += buffer.size;
  }
  const address = (buffer: Buffer): number => {
    const place = places.get(buffer);
    if (place === undefined) throw new Error(`buffer ${buffer.id} has no place`);
    return place;
  };
  // A line more: the last vector may be read beyond its end.
  return { address, cells: cells + LINE };
}

export interface Memory {
  readonly floats: Float32Array;
  readonly ints: Int32Array;
  /** Where WebAssembly is there. */
  readonly wasm: WebAssembly.Memory | undefined;
}

const PAGE = 65_536;

export function allocate(cells: number): Memory {
  let wasm: WebAssembly.Memory | undefined;
  try {
    const pages = Math.ceil((cells * 4) / PAGE);
    wasm = new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    // Forbidden or not there: plain memory serves JavaScript as well.
  }
  const bytes = wasm?.buffer ?? new ArrayBuffer(cells * 4);
  return { floats: new Float32Array(bytes), ints: new Int32Array(bytes), wasm };
}

export function cellsOf(buffer: Buffer, at: number, memory: Memory): Float32Array | Int32Array {
  const whole = buffer.dtype === "float32" ? memory.floats : memory.ints;
  return whole.subarray(at, at + buffer.size);
}
