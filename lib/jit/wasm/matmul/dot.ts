/** Products with vectors along k, which lies densely in both operands: scalar products, several at a time. */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { fma } from "../math/polynomial.ts";
import { f32x4, shuffle } from "../simd.ts";
import type { Pointers } from "./outer.ts";
import type { Product } from "./product.ts";
import { contract, loadSome, pointer, storeSome, tiles } from "./tiles.ts";

/** Eight sums hide the time of an addition. With one column: eight rows share its vectors. */
const tileSize = (n: number) => (n === 1 ? { rows: 8, columns: 1 } : { rows: 4, columns: 2 });
const UNROLL = 4;

export function writeDot(f: FunctionWriter, product: Product, from: Pointers): void {
  const { m, n, left, right, out } = product;
  const size = tileSize(n);
  const columns = { right: pointer(f, from.right), out: pointer(f, from.out) };
  for (const wide of tiles(n, size.columns)) {
    f.repeat(wide.count, () => {
      const rows = { left: pointer(f, from.left), out: pointer(f, columns.out) };
      for (const high of tiles(m, size.rows)) {
        f.repeat(high.count, () => {
          writeTile(f, product, high.size, wide.size, { ...columns, ...rows });
          f.advance(rows.left, 4 * high.size * left.row);
          f.advance(rows.out, 4 * high.size * out.row);
        });
      }
      f.advance(columns.right, 4 * wide.size * right.column);
      f.advance(columns.out, 4 * wide.size * out.column);
    });
  }
}

function writeTile(f: FunctionWriter, product: Product, rows: number, columns: number, at: Pointers): void {
  const { k, left, right, out, adding } = product;
  const sums = Array.from({ length: columns }, () => Array.from({ length: rows }, () => f.local(V128)));
  const [l, r] = [pointer(f, at.left), pointer(f, at.right)];
  const step = (ahead: number, lanes: number): void => {
    const load = (from: number, offset: number) =>
      f.keep(loadSome(f, get(from), 4 * offset + 16 * ahead, lanes, 4));
    const factors = sums.map((_, j) => load(r, right.base + j * right.column));
    for (let i = 0; i < rows; i++) {
      const row = load(l, left.base + i * left.row);
      sums.forEach((line, j) => {
        const sum = line[i] as number;
        f.set(sum, fma(f, row, factors[j] as Expr, get(sum)));
      });
    }
  };
  const advance = (rounds: number): void => {
    f.advance(l, 16 * rounds);
    f.advance(r, 16 * rounds);
  };
  contract(f, sums.flat(), Math.floor(k / 4), UNROLL, (ahead) => step(ahead, 4), advance);
  if (k % 4 !== 0) step(0, k % 4);
  sums.forEach((line, j) => {
    for (let i = 0; i < rows; i += 4) {
      const four = line.slice(i, i + 4);
      const offset = 4 * (out.base + j * out.column + i * out.row);
      storeSome(f, get(at.out), offset, four.length, 4 * out.row, f.keep(totals(f, four)), adding);
    }
  });
}

/** The sums of up to four vectors in the lanes of one. */
function totals(f: FunctionWriter, sums: readonly number[]): Expr {
  const at = (i: number) => get(sums[Math.min(i, sums.length - 1)] as number);
  const pair = (x: Expr, y: Expr) =>
    f.keep(f32x4.add(shuffle(x, y, [0, 4, 1, 5]), shuffle(x, y, [2, 6, 3, 7])));
  const [low, high] = [pair(at(0), at(1)), pair(at(2), at(3))];
  return f32x4.add(shuffle(low, high, [0, 1, 4, 5]), shuffle(low, high, [2, 3, 6, 7]));
}
