/** The vector instructions, as functions from expressions to expressions. Source: WebAssembly Core Specification 3.0, 5.4.9. */
import { type Expr, i32Const, unsigned } from "./assembler.ts";

type One = (a: Expr) => Expr;
type Two = (a: Expr, b: Expr) => Expr;
type Three = (a: Expr, b: Expr, c: Expr) => Expr;

const bytes = (code: number): number[] => [0xfd, ...unsigned(code)];
const one =
  (code: number): One =>
  (a) => [...a, ...bytes(code)];
const two =
  (code: number): Two =>
  (a, b) => [...a, ...b, ...bytes(code)];
const three =
  (code: number): Three =>
  (a, b, c) => [...a, ...b, ...c, ...bytes(code)];
const lane =
  (code: number) =>
  (a: Expr, at: number): Expr => [...a, ...bytes(code), at];
const shift =
  (code: number) =>
  (a: Expr, by: number): Expr => [...a, ...i32Const(by), ...bytes(code)];

export const not = one(77);
export const and = two(78);
/** a & ~b. */
export const andNot = two(79);
export const or = two(80);
export const xor = two(81);
const bitselect = three(82);
/** Lanes of `yes` where the mask is set, of `no` elsewhere. */
export const choose: Three = (mask, yes, no) => bitselect(yes, no, mask);
export const anyTrue = one(83);

export const f32x4 = {
  splat: one(19),
  lane: lane(31),
  eq: two(65),
  ne: two(66),
  lt: two(67),
  gt: two(68),
  le: two(69),
  ge: two(70),
  ceil: one(103),
  floor: one(104),
  trunc: one(105),
  nearest: one(106),
  abs: one(224),
  neg: one(225),
  sqrt: one(227),
  add: two(228),
  sub: two(229),
  mul: two(230),
  div: two(231),
  min: two(232),
  max: two(233),
  /** b < a ? b : a, so that a NaN in `a` stays. */
  pmin: two(234),
  /** a < b ? b : a, so that a NaN in `a` stays. */
  pmax: two(235),
  fromInt: one(250),
  /** The lower two lanes of a pair of float64, zeros above. */
  demote: one(94),
} as const;

export const f64x2 = {
  splat: one(20),
  lane: lane(33),
  lt: two(73),
  gt: two(74),
  le: two(75),
  ge: two(76),
  floor: one(117),
  nearest: one(148),
  abs: one(236),
  neg: one(237),
  sqrt: one(239),
  add: two(240),
  sub: two(241),
  mul: two(242),
  div: two(243),
  /** The lower two lanes of four float32. */
  promote: one(95),
} as const;

export const i32x4 = {
  splat: one(17),
  lane: lane(27),
  eq: two(55),
  ne: two(56),
  lt: two(57),
  gt: two(59),
  le: two(61),
  ge: two(63),
  abs: one(160),
  neg: one(161),
  allTrue: one(163),
  shl: shift(171),
  shr: shift(172),
  shrU: shift(173),
  add: two(174),
  sub: two(177),
  mul: two(181),
  min: two(182),
  minU: two(183),
  max: two(184),
  /** Towards zero; NaN gives 0, what is too large the largest. */
  fromFloat: one(248),
} as const;

export const i64x2 = { shl: shift(203), shrU: shift(205), add: two(206), sub: two(209) } as const;

const memory =
  (code: number) =>
  (address: Expr, offset: number): Expr => [...address, ...bytes(code), 2, ...unsigned(offset)];

export const load4 = memory(0);
export const loadSplat = memory(9);
/** One word, zeros above. */
export const load1 = memory(92);
/** Two words, zeros above. */
export const load2 = memory(93);
export const loadLane = (address: Expr, offset: number, to: Expr, at: number): Expr => [
  ...address,
  ...to,
  ...bytes(86),
  2,
  ...unsigned(offset),
  at,
];
export const store4 = (address: Expr, offset: number, value: Expr): Expr => [
  ...address,
  ...value,
  ...bytes(11),
  2,
  ...unsigned(offset),
];
export const storeLane = (address: Expr, offset: number, value: Expr, at: number): Expr => [
  ...address,
  ...value,
  ...bytes(90),
  2,
  ...unsigned(offset),
  at,
];
/** The lower two words. */
export const store2 = (address: Expr, offset: number, value: Expr): Expr => [
  ...address,
  ...value,
  ...bytes(91),
  2,
  ...unsigned(offset),
  0,
];

/** Words of the two vectors by their numbers, 0-3 of the first and 4-7 of the second. */
export function shuffle(a: Expr, b: Expr, words: readonly number[]): Expr {
  return [...a, ...b, ...bytes(13), ...words.flatMap((w) => [4 * w, 4 * w + 1, 4 * w + 2, 4 * w + 3])];
}
/** The upper half in the lower. */
export const upper = (a: Expr): Expr => shuffle(a, a, [2, 3, 2, 3]);

export const relaxed = { madd: three(0x105), nmadd: three(0x106), madd64: three(0x107) } as const;

/** Instructions on single numbers. */
export const scalar = {
  i32Add: (a: Expr, b: Expr): Expr => [...a, ...b, 0x6a],
  i32Sub: (a: Expr, b: Expr): Expr => [...a, ...b, 0x6b],
  i32Mul: (a: Expr, b: Expr): Expr => [...a, ...b, 0x6c],
  i32Eqz: (a: Expr): Expr => [...a, 0x45],
  f64Add: (a: Expr, b: Expr): Expr => [...a, ...b, 0xa0],
  f64Const0: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] as Expr,
  demote: (a: Expr): Expr => [...a, 0xb6],
  promote: (a: Expr): Expr => [...a, 0xbb],
  fromInt: (a: Expr): Expr => [...a, 0xb7],
  /** To int32, towards zero. */
  toInt: (a: Expr): Expr => [...a, 0xfc, 2],
} as const;
