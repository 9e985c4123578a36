/** Fills a part of memory with one value. */
import { type Expr, type FunctionWriter, get, I32, i32Const } from "./assembler.ts";
import { store4, storeLane } from "./simd.ts";

interface Walk {
  readonly stride: number;
  readonly length: number;
}

/**
 * Stores a value into every element of a nest of axes.
 * @param base byte of the first element
 * @param axes strides in cells
 */
export function fill(f: FunctionWriter, base: number, axes: readonly Walk[], value: Expr): void {
  const sorted = axes
    .map(({ stride, length }) => ({ stride: Math.abs(stride), length }))
    .sort((a, b) => b.stride - a.stride);
  const dense: Walk[] = [];
  for (const axis of sorted) {
    const last = dense[dense.length - 1];
    if (last !== undefined && last.stride === axis.stride * axis.length) {
      dense[dense.length - 1] = { stride: axis.stride, length: last.length * axis.length };
    } else dense.push(axis);
  }
  const write = (level: number, from: Expr): void => {
    const axis = dense[level];
    if (axis === undefined) return f.emit(storeLane(from, base, value, 0));
    const at = f.local(I32);
    f.set(at, from);
    const lanes = level === dense.length - 1 && axis.stride === 1 ? Math.floor(axis.length / 4) : 0;
    f.repeat(lanes, () => {
      f.emit(store4(get(at), base, value));
      f.advance(at, 16);
    });
    f.repeat(axis.length - 4 * lanes, () => {
      write(level + 1, get(at));
      f.advance(at, 4 * axis.stride);
    });
  };
  write(0, i32Const(0));
}
