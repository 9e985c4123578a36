/**
 * Reductions. Where the lanes run along an axis that is reduced, four partial results stay in a register for as many
 * loops as the result stays the same; float32 sums are added to a float64 total after at most 256 rounds, so that a
 * sum of a million numbers keeps its digits. Elsewhere the results are brought together in memory; over long columns
 * one by one (`stacked`): each lane adds up a few hundred rows before it does.
 */
import type { Reducer, Statement } from "../schedule/steps.ts";
import { combineLanes, loadFour, loadOne, type Memory, storeFour, storeOne } from "./access.ts";
import { type Expr, F64, get, V128 } from "./assembler.ts";
import { fill } from "./fill.ts";
import { choose, f32x4, f64x2, i32x4, scalar, shuffle, upper } from "./simd.ts";
import { as } from "./values.ts";

export type Reduce = Extract<Statement, { kind: "reduce" }>;

/** Rounds of a float32 partial sum. */
export const ROUNDS = 256;

const INT_MAX = 0x7fffffff;
const neutrals: Readonly<Record<Reducer, readonly [float: number, int: number]>> = {
  sum: [0, 0],
  prod: [1, 1],
  max: [Number.NEGATIVE_INFINITY, -INT_MAX - 1],
  min: [Number.POSITIVE_INFINITY, INT_MAX],
};
const floats = { sum: f32x4.add, prod: f32x4.mul, max: f32x4.max, min: f32x4.min } as const;
const ints = { sum: i32x4.add, prod: i32x4.mul, max: i32x4.max, min: i32x4.min } as const;

export class Reduction {
  readonly #memory: Memory;
  readonly #reduce: Reduce;
  readonly #combine: (a: Expr, b: Expr) => Expr;
  readonly #float: boolean;
  readonly #rank: number;
  /** The number of loops outside of the register; the rank where the results lie in memory. */
  readonly level: number;
  /** Whether each element is reached once. */
  readonly #once: boolean;
  readonly #partial: number;
  readonly #total: number | undefined;
  /** Whether the lanes lie along the result and each adds up rows in a register. */
  stacked = false;

  constructor(memory: Memory, reduce: Reduce) {
    this.#memory = memory;
    this.#reduce = reduce;
    const { strides, buffer, indirect } = reduce.to;
    this.#rank = strides.length;
    this.#float = buffer.dtype === "float32";
    this.#combine = (this.#float ? floats : ints)[reduce.reducer];
    const last = strides.findLastIndex((stride) => stride !== 0);
    this.level = indirect ? this.#rank : last + 1;
    this.#once = !indirect && !strides.slice(0, this.level).includes(0);
    this.#partial = memory.f.local(V128);
    this.#total = this.#float && reduce.reducer === "sum" ? memory.f.local(F64) : undefined;
  }

  get statement(): Reduce {
    return this.#reduce;
  }

  /** Whether results differ from lane to lane, but not along the axis `outside` of the lanes. */
  stacks(outside: number): boolean {
    const { strides, indirect } = this.#reduce.to;
    return indirect === undefined && strides[outside] === 0 && strides[this.#rank - 1] !== 0;
  }

  get #inRegister(): boolean {
    return this.level < this.#rank;
  }

  /** Whether the partial sums have to be flushed now and then. */
  get flushes(): boolean {
    return this.#inRegister && this.#total !== undefined;
  }

  #neutral(): Expr {
    const [float, int] = neutrals[this.#reduce.reducer];
    const { f } = this.#memory;
    return this.#float ? f.f32(float) : f.i32(int);
  }

  /** Fills what the loop is going to touch. */
  prepare(lengths: readonly number[]): void {
    if (this.#once) return;
    const { strides, indirect } = this.#reduce.to;
    const axes = [
      ...strides.map((stride, k) => ({ stride, length: lengths[k] as number })),
      ...(indirect ?? []).map(({ stride, size }) => ({ stride, length: size })),
    ].filter(({ stride }) => stride !== 0);
    const base = this.#memory.nest.base(this.#reduce.to, this.#memory.address(this.#reduce.to));
    fill(this.#memory.f, base, axes, this.#neutral());
  }

  /** Before the loops in which the result stays the same. */
  begin(): void {
    const { f } = this.#memory;
    f.set(this.#partial, this.#neutral());
    if (this.#total !== undefined) f.set(this.#total, scalar.f64Const0);
  }

  /** One value of each of the first `lanes` lanes. */
  add(lanes: 1 | 4): void {
    const memory = this.#memory;
    const { f } = memory;
    const { to, value } = this.#reduce;
    const given = as(
      f,
      "value" in value ? { constant: value.value } : memory.temp(value.temp),
      this.#float ? "float" : "int",
    );
    if (this.stacked) f.set(this.#partial, this.#combine(get(this.#partial), given));
    else if (this.#inRegister) {
      const counted = lanes === 4 ? given : choose(f.words(-1, 0, 0, 0), given, this.#neutral());
      f.set(this.#partial, this.#combine(get(this.#partial), counted));
    } else if (to.indirect) combineLanes(memory, to, lanes, f.keep(given), this.#combine);
    else {
      const old = this.#once ? undefined : lanes === 4 ? loadFour(memory, to) : loadOne(memory, to);
      const next = f.keep(old === undefined ? given : this.#combine(old, given));
      (lanes === 4 ? storeFour : storeOne)(memory, to, next);
    }
  }

  /** Brings the rows that lanes have added up into memory. */
  settle(lanes: 1 | 4): void {
    const memory = this.#memory;
    const { to } = this.#reduce;
    const old = (lanes === 4 ? loadFour : loadOne)(memory, to);
    const next = memory.f.keep(this.#combine(old, get(this.#partial)));
    (lanes === 4 ? storeFour : storeOne)(memory, to, next);
  }

  /** Brings the partial sums into the total. */
  flush(): void {
    if (!this.flushes || this.#total === undefined) return;
    const { f } = this.#memory;
    const partial = get(this.#partial);
    const pair = f.keep(f64x2.add(f64x2.promote(partial), f64x2.promote(upper(partial))));
    const sum = scalar.f64Add(f64x2.lane(pair, 0), f64x2.lane(pair, 1));
    f.set(this.#total, scalar.f64Add(get(this.#total), sum));
    f.set(this.#partial, this.#neutral());
  }

  /** After the loops in which the result stays the same. */
  finish(): void {
    const memory = this.#memory;
    const { f } = memory;
    const old = this.#once ? undefined : f.keep(loadOne(memory, this.#reduce.to));
    storeOne(memory, this.#reduce.to, f.keep(this.#result(old)));
  }

  #result(old: Expr | undefined): Expr {
    const { f } = this.#memory;
    if (this.#total !== undefined) {
      const total = get(this.#total);
      const sum = old ? scalar.f64Add(total, scalar.promote(f32x4.lane(old, 0))) : total;
      return f32x4.splat(scalar.demote(sum));
    }
    const half = f.keep(this.#combine(get(this.#partial), upper(get(this.#partial))));
    const all = this.#combine(half, shuffle(half, half, [1, 1, 1, 1]));
    return old ? this.#combine(all, old) : all;
  }
}
