/** Products with vectors along k, which lies densely in both operands: scalar products, several at a time. */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { fma } from "../math/polynomial.ts";
import { f32x4, load4, shuffle } from "../simd.ts";
import type { Pointers } from "./outer.ts";
import type { Product } from "./product.ts";
import { contract, loadSome, pointer, storeSome, tiles } from "./tiles.ts";

const ROWS = 4;
/** A vector of at most so many numbers stays in registers for all rows. */
const RESIDENT = 64;

export function writeDot(f: FunctionWriter, product: Product, from: Pointers): void {
  const { m, k, n, left, right, out } = product;
  const resident = n === 1 && k <= RESIDENT ? residentVector(f, product, from.right) : undefined;
  const columns = { right: pointer(f, from.right), out: pointer(f, from.out) };
  for (const wide of tiles(n, n === 1 ? 1 : 2)) {
    f.repeat(wide.count, () => {
      const rows = { left: pointer(f, from.left), out: pointer(f, columns.out) };
      for (const high of tiles(m, ROWS)) {
        f.repeat(high.count, () => {
          writeTile(f, product, high.size, wide.size, { ...columns, ...rows }, resident);
          f.advance(rows.left, 4 * high.size * left.row);
          f.advance(rows.out, 4 * high.size * out.row);
        });
      }
      f.advance(columns.right, 4 * wide.size * right.column);
      f.advance(columns.out, 4 * wide.size * out.column);
    });
  }
}

function residentVector(f: FunctionWriter, { k, right }: Product, at: number): Expr[] {
  const kept: Expr[] = [];
  for (let i = 0; i < k; i += 4) {
    const loaded = loadSome(f, get(at), 4 * (right.base + i), Math.min(4, k - i), 4);
    kept.push(f.keep(loaded));
  }
  return kept;
}

function writeTile(
  f: FunctionWriter,
  product: Product,
  rows: number,
  columns: number,
  at: Pointers,
  resident: readonly Expr[] | undefined,
): void {
  const { k, left, right, out } = product;
  const sums = Array.from({ length: columns }, () => Array.from({ length: rows }, () => f.local(V128)));
  const [l, r] = resident ? [at.left, at.right] : [pointer(f, at.left), pointer(f, at.right)];
  const whole = Math.floor(k / 4);
  const step = (ahead: number, lanes: number): void => {
    const load = (from: number, offset: number) =>
      f.keep(lanes === 4 ? load4(get(from), offset) : loadSome(f, get(from), offset, lanes, 4));
    const factors = sums.map(
      (_, j) => resident?.[ahead] ?? load(r, 4 * (right.base + j * right.column + 4 * ahead)),
    );
    for (let i = 0; i < rows; i++) {
      const row = load(l, 4 * (left.base + i * left.row + 4 * ahead));
      sums.forEach((line, j) => {
        const sum = line[i] as number;
        f.set(sum, fma(f, row, factors[j] as Expr, get(sum)));
      });
    }
  };
  contract(
    f,
    sums.flat(),
    whole,
    resident ? Math.max(whole, 1) : 4,
    (ahead) => step(ahead, 4),
    (rounds) => {
      if (resident) return;
      f.advance(l, 16 * rounds);
      f.advance(r, 16 * rounds);
    },
  );
  if (k % 4 !== 0) step(resident ? whole : 0, k % 4);
  sums.forEach((line, j) => {
    const offset = 4 * (out.base + j * out.column);
    storeSome(f, get(at.out), offset, rows, 4 * out.row, f.keep(totals(f, line)), product.adding);
  });
}

/** The sums of up to four vectors in the lanes of one. */
function totals(f: FunctionWriter, sums: readonly number[]): Expr {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => get(sums[Math.min(i, sums.length - 1)] as number)) as [
    Expr,
    Expr,
    Expr,
    Expr,
  ];
  const pair = (x: Expr, y: Expr) =>
    f.keep(f32x4.add(shuffle(x, y, [0, 4, 1, 5]), shuffle(x, y, [2, 6, 3, 7])));
  const [low, high] = [pair(a, b), pair(c, d)];
  return f32x4.add(shuffle(low, high, [0, 1, 4, 5]), shuffle(low, high, [2, 3, 6, 7]));
}
