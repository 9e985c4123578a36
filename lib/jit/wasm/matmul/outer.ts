/** Products with vectors along the columns of the result: a tile of it stays in registers while k runs. */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { fma } from "../math/polynomial.ts";
import { loadSplat } from "../simd.ts";
import type { Product } from "./product.ts";
import { contract, loadSome, pointer, storeSome, tiles } from "./tiles.ts";

/**
 * Rows and vectors of a tile: twelve sums, two vectors and a factor fill the fifteen registers there are. Measured:
 * 6 x 2 54 GFLOP/s, 4 x 2 50, 4 x 3, which spills, 29.
 */
function tileSize(m: number, n: number): { rows: number; vectors: number } {
  // A row that just fits is not read twice.
  if (m === 1) return { rows: 1, vectors: n <= 52 ? 13 : 12 };
  if (m <= 3) return { rows: m, vectors: 4 };
  return { rows: m === 4 || m === 8 ? 4 : 6, vectors: 2 };
}

export function writeOuter(f: FunctionWriter, product: Product, from: Pointers): void {
  const { m, n, left, right, out } = product;
  const size = tileSize(m, n);
  const columns = { right: pointer(f, from.right), out: pointer(f, from.out) };
  for (const wide of tiles(n, 4 * size.vectors)) {
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

export interface Pointers {
  readonly left: number;
  readonly right: number;
  readonly out: number;
}

function writeTile(f: FunctionWriter, product: Product, rows: number, columns: number, at: Pointers): void {
  const { k, left, right, out } = product;
  const vectors = tiles(columns, 4).flatMap(({ count, size }) => new Array<number>(count).fill(size));
  const sums = Array.from({ length: rows }, () => vectors.map(() => f.local(V128)));
  const [l, r] = [pointer(f, at.left), pointer(f, at.right)];
  const step = (ahead: number): void => {
    const row = 4 * (right.base + ahead * right.row);
    const loaded = vectors.map((lanes, v) => {
      const vector = loadSome(f, get(r), row + 16 * v * right.column, lanes, 4 * right.column);
      // A row that is used once is read where it is used, to leave the registers to the sums.
      return rows === 1 ? vector : f.keep(vector);
    });
    sums.forEach((line, i) => {
      const factor = f.keep(loadSplat(get(l), 4 * (left.base + i * left.row + ahead * left.column)));
      line.forEach((sum, v) => void f.set(sum, fma(f, factor, loaded[v] as Expr, get(sum))));
    });
  };
  const unroll = rows * vectors.length >= 8 ? 2 : 4;
  contract(f, sums.flat(), k, unroll, step, (rounds) => {
    f.advance(l, 4 * rounds * left.column);
    f.advance(r, 4 * rounds * right.row);
  });
  sums.forEach((line, i) => {
    line.forEach((sum, v) => {
      const offset = 4 * (out.base + i * out.row + 4 * v * out.column);
      storeSome(f, get(at.out), offset, vectors[v] as number, 4 * out.column, get(sum), product.adding);
    });
  });
}
