/**
 * Runs loops without making code from text, which a page's content policy may forbid: each statement becomes a closure
 * over the temporaries, once, and the nest calls them. Slower than the JavaScript that is written for a program, by a
 * factor of ten or so, and the same in its results; the reference that vector code is tested against.
 *
 * Arithmetic is float64 from loads to stores, also in reductions.
 */
import { opRow, rounded } from "../dag/ops.ts";
import type { Access, Buffer, Loop, Operand, Reducer, Statement } from "../schedule/steps.ts";

export interface Cellar {
  readonly floats: Float32Array;
  readonly ints: Int32Array;
  /** Index of a buffer's first cell. */
  address(buffer: Buffer): number;
}

const NEUTRAL: Readonly<Record<Reducer, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

const combine: Readonly<Record<Reducer, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  prod: (a, b) => a * b,
  // NaN wins over everything, as in tfjs.
  max: Math.max,
  min: Math.min,
};

/** @returns a function that runs the loop; whether a position was met that does not exist */
export function interpretLoop(loop: Loop, cellar: Cellar): () => boolean {
  return new Interpreter(loop, cellar).run;
}

class Interpreter {
  readonly #domain: readonly number[];
  readonly #cellar: Cellar;
  readonly #point: Int32Array;
  readonly #temps: Float64Array;
  readonly #body: readonly (() => void)[];
  readonly #before: (() => void)[] = [];
  readonly #after: (() => void)[] = [];
  #bad = false;

  constructor({ domain, body }: Loop, cellar: Cellar) {
    this.#domain = domain;
    this.#cellar = cellar;
    this.#point = new Int32Array(domain.length);
    this.#temps = new Float64Array(1 + Math.max(0, ...body.map((s) => ("temp" in s ? s.temp : 0))));
    this.#body = body.map((statement) => this.#statement(statement));
  }

  readonly run = (): boolean => {
    this.#bad = false;
    for (const f of this.#before) f();
    this.#visit(0);
    for (const f of this.#after) f();
    return this.#bad;
  };

  #visit(axis: number): void {
    if (axis === this.#domain.length) {
      for (const f of this.#body) f();
      return;
    }
    const length = this.#domain[axis] as number;
    for (let i = 0; i < length; i++) {
      this.#point[axis] = i;
      this.#visit(axis + 1);
    }
  }

  #statement(statement: Statement): () => void {
    const temps = this.#temps;
    switch (statement.kind) {
      case "load": {
        const { temp, from, dtype } = statement;
        const [cells, at] = this.#place(from);
        if (dtype === "float32") {
          return () => {
            temps[temp] = cells[at()] as number;
          };
        }
        return () => {
          temps[temp] = rounded(cells[at()] as number, dtype);
        };
      }
      case "index": {
        const { temp, axis } = statement;
        const point = this.#point;
        return () => {
          temps[temp] = point[axis] as number;
        };
      }
      case "let": {
        const { temp, op, args, dtype } = statement;
        const f = dtype === "int32" && op === "mul" ? Math.imul : opRow(op).f;
        const value = this.#applied(f, args);
        if (dtype === "float32") {
          return () => {
            temps[temp] = value();
          };
        }
        return () => {
          temps[temp] = rounded(value(), dtype);
        };
      }
      case "store": {
        const [cells, at] = this.#place(statement.to);
        const value = this.#operand(statement.value);
        return () => {
          cells[at()] = value();
        };
      }
      case "reduce":
        return this.#reduce(statement);
      default:
        return statement satisfies never;
    }
  }

  #reduce({ reducer, to, value }: Extract<Statement, { kind: "reduce" }>): () => void {
    const { size, dtype } = to.buffer;
    const neutral = dtype === "float32" ? NEUTRAL[reducer] : whole(NEUTRAL[reducer]);
    const sums = new Float64Array(size);
    const start = this.#cellar.address(to.buffer);
    const cells = this.#cells(to.buffer);
    const at = this.#index(to, 0);
    const given = this.#operand(value);
    const bring = combine[reducer];
    this.#before.push(() => void sums.fill(neutral));
    this.#after.push(() => cells.set(sums, start));
    return () => {
      const i = at();
      sums[i] = bring(sums[i] as number, given());
    };
  }

  #applied(f: (...args: number[]) => number, args: readonly Operand[]): () => number {
    const [a, b, c] = args.map((arg) => this.#operand(arg));
    if (a === undefined) return f;
    if (b === undefined) return () => f(a());
    return c === undefined ? () => f(a(), b()) : () => f(a(), b(), c());
  }

  #operand(operand: Operand): () => number {
    if ("value" in operand) return () => operand.value;
    const temps = this.#temps;
    const { temp } = operand;
    return () => temps[temp] as number;
  }

  #cells({ dtype }: Buffer): Float32Array | Int32Array {
    return dtype === "float32" ? this.#cellar.floats : this.#cellar.ints;
  }

  #place(access: Access): [cells: Float32Array | Int32Array, at: () => number] {
    return [this.#cells(access.buffer), this.#index(access, this.#cellar.address(access.buffer))];
  }

  #index({ offset, strides, indirect = [] }: Access, base: number): () => number {
    const point = this.#point;
    const temps = this.#temps;
    const start = base + offset;
    return () => {
      let at = start;
      for (let k = 0; k < strides.length; k++) at += (strides[k] as number) * (point[k] as number);
      for (const { temp, size, stride } of indirect) {
        const i = temps[temp] as number;
        // The step is not taken then, and an eager one will say what is wrong.
        if (i >= 0 && i < size) at += i * stride;
        else this.#bad = true;
      }
      return at;
    };
  }
}

/** Whole numbers have no infinity. */
function whole(x: number): number {
  return Math.max(-0x8000_0000, Math.min(x, 0x7fff_ffff));
}
