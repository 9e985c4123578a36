/**
 * Runs a loop or a matrix product of the scheduler slowly and plainly: what the emitters are tested against.
 * Arithmetic is float64 from loads to stores, also in reductions; int32 and boolean temporaries are rounded when made.
 */
import { opRow, rounded } from "../dag/ops.ts";
import type { Access, Buffer, Loop, MatMul, MatrixView, Operand, Reducer } from "../schedule/steps.ts";

export type AddressOf = (buffer: Buffer) => number;

/** Index of the first cell of a buffer; `cells` and `ints` lie over one memory. */
export function interpretStep(
  step: Loop | MatMul,
  cells: Float32Array,
  ints: Int32Array,
  address: AddressOf,
): void {
  const memory = { cells, ints, address };
  if (step.kind === "loop") runLoop(step, memory);
  else runMatMul(step, memory);
}

interface Memory {
  readonly cells: Float32Array;
  readonly ints: Int32Array;
  readonly address: AddressOf;
}

const neutral: Readonly<Record<Reducer, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};
const INT_MAX = 0x7fffffff;

function combine(reducer: Reducer, a: number, b: number): number {
  switch (reducer) {
    case "sum":
      return a + b;
    case "prod":
      return a * b;
    case "max":
      return Math.max(a, b);
    case "min":
      return Math.min(a, b);
    default:
      return reducer satisfies never;
  }
}

function runLoop(loop: Loop, { cells, ints, address }: Memory): void {
  const point = loop.domain.map(() => 0);
  const temps = new Map<number, number>();
  /** Elements that are being reduced, in float64, by cell. */
  const open = new Map<number, { value: number; buffer: Buffer }>();
  const read = (of: Operand): number => ("value" in of ? of.value : (temps.get(of.temp) as number));
  const locate = (access: Access): number =>
    address(access.buffer) +
    access.offset +
    access.strides.reduce((sum, stride, k) => sum + stride * (point[k] as number), 0) +
    (access.indirect ?? []).reduce((sum, { temp, stride }) => sum + stride * (temps.get(temp) as number), 0);
  const write = (buffer: Buffer, cell: number, value: number): void => {
    const stored = rounded(value, buffer.dtype);
    if (buffer.dtype === "float32") cells[cell] = stored;
    else ints[cell] = stored;
  };
  const start = (reducer: Reducer, buffer: Buffer): number => {
    const value = neutral[reducer];
    if (buffer.dtype === "float32" || Number.isFinite(value)) return value;
    return value > 0 ? INT_MAX : -INT_MAX - 1;
  };
  const visit = (body: () => void, axis = 0): void => {
    if (axis === loop.domain.length) return body();
    for (let i = 0; i < (loop.domain[axis] as number); i++) {
      point[axis] = i;
      visit(body, axis + 1);
    }
  };
  for (const statement of loop.body) {
    if (statement.kind !== "reduce") continue;
    const { to, reducer } = statement;
    const value = start(reducer, to.buffer);
    const reach = (base: number, indirect = to.indirect ?? []): void => {
      const [first, ...rest] = indirect;
      if (first === undefined) open.set(base, { value, buffer: to.buffer });
      else for (let j = 0; j < first.size; j++) reach(base + j * first.stride, rest);
    };
    visit(() => reach(locate({ ...to, indirect: [] })));
  }
  visit(() => {
    for (const statement of loop.body) {
      switch (statement.kind) {
        case "load": {
          const { buffer } = statement.from;
          const value = (buffer.dtype === "float32" ? cells : ints)[locate(statement.from)] as number;
          temps.set(statement.temp, statement.dtype === "float32" ? value : rounded(value, statement.dtype));
          break;
        }
        case "index":
          temps.set(statement.temp, point[statement.axis] as number);
          break;
        case "let": {
          const value = opRow(statement.op).f(...statement.args.map(read));
          temps.set(statement.temp, statement.dtype === "float32" ? value : rounded(value, statement.dtype));
          break;
        }
        case "store":
          write(statement.to.buffer, locate(statement.to), read(statement.value));
          break;
        case "reduce": {
          const element = open.get(locate(statement.to));
          if (element === undefined) throw new Error("a reduction left the elements that it was to touch");
          element.value = combine(statement.reducer, element.value, read(statement.value));
          break;
        }
        default:
          statement satisfies never;
      }
    }
  });
  for (const [cell, { value, buffer }] of open) write(buffer, cell, value);
}

function runMatMul(step: MatMul, { cells, address }: Memory): void {
  const at = (view: MatrixView, batch: number, row: number, column: number): number =>
    cells[
      address(view.buffer) +
        view.offset +
        batch * view.batchStride +
        row * view.rowStride +
        column * view.columnStride
    ] as number;
  let cell = address(step.out);
  for (let batch = 0; batch < step.batch; batch++) {
    for (let row = 0; row < step.m; row++) {
      for (let column = 0; column < step.n; column++) {
        let sum = 0;
        for (let k = 0; k < step.k; k++)
          sum += at(step.left, batch, row, k) * at(step.right, batch, k, column);
        cells[cell++] = sum;
      }
    }
  }
}
