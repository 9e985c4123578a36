/** Instructions on single numbers, as functions from expressions to expressions. */
import { type Expr, float64Bytes, unsigned } from "./assembler.ts";

const one =
  (code: number) =>
  (a: Expr): Expr => [...a, code];
const two =
  (code: number) =>
  (a: Expr, b: Expr): Expr => [...a, ...b, code];
const loading =
  (code: number, align: number) =>
  (address: Expr, offset: number): Expr => [...address, code, align, ...unsigned(offset)];
const storing =
  (code: number, align: number) =>
  (address: Expr, offset: number, value: Expr): Expr => [
    ...address,
    ...value,
    code,
    align,
    ...unsigned(offset),
  ];

export const f64 = {
  constant: (value: number): Expr => [0x44, ...float64Bytes(value)],
  load: loading(0x2b, 3),
  store: storing(0x39, 3),
  /** A float32 of memory. */
  loadSingle: (address: Expr, offset: number): Expr => [...loading(0x2a, 2)(address, offset), 0xbb],
  storeSingle: (address: Expr, offset: number, value: Expr): Expr =>
    storing(0x38, 2)(address, offset, [...value, 0xb6]),
  eq: two(0x61),
  ne: two(0x62),
  lt: two(0x63),
  gt: two(0x64),
  le: two(0x65),
  ge: two(0x66),
  abs: one(0x99),
  neg: one(0x9a),
  ceil: one(0x9b),
  floor: one(0x9c),
  trunc: one(0x9d),
  sqrt: one(0x9f),
  add: two(0xa0),
  sub: two(0xa1),
  mul: two(0xa2),
  div: two(0xa3),
  min: two(0xa4),
  max: two(0xa5),
  fround: (a: Expr): Expr => [...a, 0xb6, 0xbb],
  fromInt: one(0xb7),
  fromUnsigned: one(0xb8),
} as const;

export const i32 = {
  load: loading(0x28, 2),
  store: storing(0x36, 2),
  eqz: one(0x45),
  add: two(0x6a),
  sub: two(0x6b),
  and: two(0x71),
  or: two(0x72),
  xor: two(0x73),
  shrU: two(0x76),
  rotl: two(0x77),
  ltU: two(0x49),
  /** Towards zero; what does not fit is the nearest that does. */
  fromFloat: (a: Expr): Expr => [...a, 0xfc, 2],
} as const;

/** `yes` where the int32 is not 0: both are computed. */
export const select = (condition: Expr, yes: Expr, no: Expr): Expr => [...yes, ...no, ...condition, 0x1b];
/** Leaves the function with a value. */
export const leave = (value: Expr): Expr => [...value, 0x0f];
/** Copies bytes, which do not overlap. */
export const copyBytes = (to: Expr, from: Expr, bytes: Expr): Expr => [
  ...to,
  ...from,
  ...bytes,
  0xfc,
  10,
  0,
  0,
];
