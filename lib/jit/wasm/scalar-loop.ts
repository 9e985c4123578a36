/** Loops of few points, written one point after the other in float64, with the arithmetic of `emit/loop.ts`. */
import type { Access, Buffer, Loop, Operand, Reducer, Statement } from "../schedule/steps.ts";
import { type Expr, F64, type FunctionWriter, get, i32Const, type ModuleWriter } from "./assembler.ts";
import { importOf, scalarExpression } from "./scalar-ops.ts";
import { f64, i32, select } from "./single.ts";

type Reduce = Extract<Statement, { kind: "reduce" }>;

const NEUTRAL: Readonly<Record<Reducer, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

/** Declares what a body leaves to JavaScript. */
export function importScalars(module: ModuleWriter, body: readonly Statement[]): void {
  for (const statement of body) {
    if (statement.kind !== "let") continue;
    const found = importOf(statement.op, statement.dtype);
    if (found !== undefined) module.import(found.key, statement.args.length, found.f);
  }
}

export class ScalarWriter {
  readonly #f: FunctionWriter;
  readonly #address: (buffer: Buffer) => number;
  readonly #inMemory: ReadonlySet<Buffer>;
  readonly #neverLocal: ReadonlySet<Buffer>;
  /** Buffers of one element, in float64. */
  readonly #locals = new Map<Buffer, number>();

  constructor(
    f: FunctionWriter,
    address: (buffer: Buffer) => number,
    memory: ReadonlySet<Buffer>,
    neverLocal: ReadonlySet<Buffer>,
  ) {
    this.#f = f;
    this.#address = address;
    this.#inMemory = memory;
    this.#neverLocal = neverLocal;
  }

  loop(loop: Loop): void {
    const sums = new Map<number, { local: number; reduce: Reduce }>();
    const divisors = divisorsOf(loop.body);
    for (const point of pointsOf(loop.domain)) this.#point(loop, point, sums, divisors);
    for (const [cell, { local, reduce }] of sums) {
      const { buffer } = reduce.to;
      if (buffer.size === 1) this.#write(buffer, get(local));
      else this.#store(buffer, cell, get(local));
    }
  }

  #point(
    { domain, body }: Loop,
    point: readonly number[],
    sums: Map<number, { local: number; reduce: Reduce }>,
    divisors: ReadonlySet<number>,
  ): void {
    const f = this.#f;
    const temps = new Map<number, Expr>();
    const inverses = new Map<number, Expr>();
    const operand = (of: Operand): Expr =>
      "temp" in of ? (temps.get(of.temp) as Expr) : f64.constant(of.value);
    for (const statement of body) {
      switch (statement.kind) {
        case "load":
          temps.set(statement.temp, f.keep(this.#element(statement.from, point), F64));
          break;
        case "index":
          temps.set(statement.temp, f64.constant(point[statement.axis] as number));
          break;
        case "let": {
          const divisor = statement.op === "div" ? statement.args[1] : undefined;
          let value: Expr;
          if (divisor !== undefined && "temp" in divisor && divisors.has(divisor.temp)) {
            const inverse =
              inverses.get(divisor.temp) ?? f.keep(f64.div(f64.constant(1), operand(divisor)), F64);
            inverses.set(divisor.temp, inverse);
            value = f64.mul(operand(statement.args[0] as Operand), inverse);
          } else value = scalarExpression(f, statement, operand);
          temps.set(statement.temp, f.keep(value, F64));
          break;
        }
        case "store": {
          const { to } = statement;
          const value = operand(statement.value);
          if (to.buffer.size === 1 && domain.length === 0) this.#write(to.buffer, value);
          else this.#store(to.buffer, this.#cell(to, point), value);
          break;
        }
        case "reduce": {
          const cell = this.#cell(statement.to, point);
          const known = sums.get(cell);
          const local = known?.local ?? f.local(F64);
          if (known === undefined) sums.set(cell, { local, reduce: statement });
          const given = operand(statement.value);
          const first = known === undefined && domain.length > 0;
          const before = first ? f64.constant(NEUTRAL[statement.reducer]) : get(local);
          // Over one point there is nothing to bring together.
          f.set(local, domain.length === 0 ? given : combined(statement.reducer, before, given));
          break;
        }
        default:
          statement satisfies never;
      }
    }
  }

  #element(access: Access, point: readonly number[]): Expr {
    const { buffer } = access;
    if (buffer.size === 1) return this.#read(buffer);
    return this.#load(buffer, this.#cell(access, point));
  }

  #cell({ buffer, offset, strides }: Access, point: readonly number[]): number {
    return strides.reduce(
      (at, stride, axis) => at + stride * (point[axis] as number),
      this.#address(buffer) + offset,
    );
  }

  #load({ dtype }: Buffer, cell: number): Expr {
    return dtype === "float32"
      ? f64.loadSingle(i32Const(0), 4 * cell)
      : f64.fromInt(i32.load(i32Const(0), 4 * cell));
  }

  #store({ dtype }: Buffer, cell: number, value: Expr): void {
    const at = i32Const(0);
    this.#f.emit(
      dtype === "float32"
        ? f64.storeSingle(at, 4 * cell, value)
        : i32.store(at, 4 * cell, i32.fromFloat(value)),
    );
  }

  #read(buffer: Buffer): Expr {
    const load = () => this.#load(buffer, this.#address(buffer));
    if (this.#neverLocal.has(buffer)) return load();
    let local = this.#locals.get(buffer);
    if (local === undefined) {
      local = this.#f.local(F64);
      this.#locals.set(buffer, local);
      this.#f.set(local, load());
    }
    return get(local);
  }

  #write(buffer: Buffer, value: Expr): void {
    const cell = this.#address(buffer);
    if (this.#neverLocal.has(buffer)) {
      this.#store(buffer, cell, value);
      return;
    }
    // Another local: what was read before keeps the old value.
    const local = this.#f.local(F64);
    this.#locals.set(buffer, local);
    this.#f.set(local, value);
    if (this.#inMemory.has(buffer)) this.#store(buffer, cell, get(local));
  }
}

/** Temporaries that divide more than once: in float64 their inverse costs no digit of float32. */
function divisorsOf(body: readonly Statement[]): Set<number> {
  const [once, twice] = [new Set<number>(), new Set<number>()];
  for (const statement of body) {
    const divisor = statement.kind === "let" && statement.op === "div" ? statement.args[1] : undefined;
    if (divisor === undefined || !("temp" in divisor)) continue;
    (once.has(divisor.temp) ? twice : once).add(divisor.temp);
  }
  return twice;
}

function pointsOf(domain: readonly number[]): number[][] {
  let points: number[][] = [[]];
  for (const length of domain)
    points = points.flatMap((point) => Array.from({ length }, (_, i) => [...point, i]));
  return points;
}

/** NaN wins over everything, as in tfjs. */
function combined(reducer: Reducer, to: Expr, value: Expr): Expr {
  const unless = (kept: Expr): Expr => select(i32.and(i32.eqz(kept), f64.eq(to, to)), value, to);
  switch (reducer) {
    case "sum":
      return f64.add(to, value);
    case "prod":
      return f64.mul(to, value);
    case "max":
      return unless(f64.ge(to, value));
    case "min":
      return unless(f64.le(to, value));
    default:
      return reducer satisfies never;
  }
}
