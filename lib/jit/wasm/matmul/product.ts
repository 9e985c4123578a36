/**
 * A matrix product as the kernels see it: out[i, j] = Σ left[i, k] right[k, j], with three strided views. Either form
 * of it may be transposed, which swaps the operands, so that two kernels do for all layouts:
 * - `outer`: vectors along j, one row of `right` after another, each times one number of `left`;
 * - `dot`: vectors along k, which lies densely in both.
 */
import type { Buffer, MatMul } from "../../schedule/steps.ts";

/** In cells. */
export interface View {
  readonly base: number;
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

export interface Product {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly left: View;
  readonly right: View;
  readonly out: View;
  /** Whether the result is added to what is there. */
  readonly adding: boolean;
}

export function productOf(step: MatMul, address: (buffer: Buffer) => number): Product {
  const { left, right, out, batch, m, k, n } = step;
  const view = (of: MatMul["left"]): View => ({
    base: address(of.buffer) + of.offset,
    batch: of.batchStride,
    row: of.rowStride,
    column: of.columnStride,
  });
  return {
    batch,
    m,
    k,
    n,
    left: view(left),
    right: view(right),
    out: { base: address(out), batch: m * n, row: n, column: 1 },
    adding: false,
  };
}

export function transposed(product: Product): Product {
  const { m, n, left, right, out } = product;
  const turned = (view: View): View => ({ ...view, row: view.column, column: view.row });
  return { ...product, m: n, n: m, left: turned(right), right: turned(left), out: turned(out) };
}

export interface Choice {
  readonly kernel: "outer" | "dot";
  readonly product: Product;
}

/** The kernel with the fewest instructions. */
export function chooseKernel(product: Product): Choice {
  const other = transposed(product);
  const choices: (Choice & { cost: number })[] = [
    { kernel: "outer", product, cost: outerCost(product) },
    { kernel: "outer", product: other, cost: outerCost(other) },
  ];
  // The longer side runs inside, where operands are used again.
  const high = product.n > product.m ? other : product;
  if (high.left.column === 1 && high.right.row === 1) {
    choices.push({ kernel: "dot", product: high, cost: dotCost(high) });
  }
  return choices.reduce((a, b) => (b.cost < a.cost ? b : a));
}

function outerCost({ m, k, n, right, out }: Product): number {
  const vectors = Math.floor(n / 4) + (n % 4 === 0 ? 0 : 1.5);
  const loads = Math.ceil(m / 4) * vectors * (right.column === 1 ? 1 : 5);
  return k * (m * vectors * 1.5 + loads) + m * vectors * (out.column === 1 ? 1 : 4);
}

function dotCost({ m, k, n }: Product): number {
  const vectors = Math.floor(k / 4) + (k % 4 === 0 ? 0 : 1.5);
  const loads = n === 1 ? 1.25 : 0.75;
  return m * n * (vectors * (1 + loads) + 3);
}
