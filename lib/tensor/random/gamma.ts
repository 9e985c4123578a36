/**
 * Draws of the standard gamma distribution, by Marsaglia and Tsang's method; for alpha < 1 a draw of alpha + 1
 * times u^(1/alpha), kept as a logarithm because the power underflows.
 *
 * Source: Marsaglia, Tsang, "A simple method for generating gamma variables" (ACM TOMS 26, 2000).
 *
 * Blocks of element i: (i, 0) is the boost of alpha < 1; attempt t takes (i, 2t + 1) for its normal number and
 * (i, 2t + 2) for the decision.
 */
import { block, threefry, unit, unit52 } from "./threefry.ts";

const TWO_PI = 2 * Math.PI;

/** The logarithm of element `index` of a draw; NaN unless alpha > 0. */
export function logGammaDraw(alpha: number, index: number, k0: number, k1: number): number {
  if (!(alpha > 0) || alpha === Number.POSITIVE_INFINITY)
    return alpha === Number.POSITIVE_INFINITY ? alpha : Number.NaN;
  let boost = 0;
  let shape = alpha;
  if (alpha < 1) {
    threefry(k0, k1, index, 0);
    boost = Math.log(unit52(block.a, block.b)) / alpha;
    shape = alpha + 1;
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let attempt = 0; ; attempt++) {
    threefry(k0, k1, index, 2 * attempt + 1);
    const z = Math.sqrt(-2 * Math.log(unit(block.a))) * Math.cos(TWO_PI * unit(block.b));
    const root = 1 + c * z;
    if (root <= 0) continue;
    const v = root * root * root;
    const zz = z * z;
    threefry(k0, k1, index, 2 * attempt + 2);
    const u = unit52(block.a, block.b);
    // The squeeze spares nearly all of the exact tests.
    if (u < 1 - 0.0331 * zz * zz || Math.log(u) < 0.5 * zz + d - d * v + d * Math.log(v))
      return Math.log(d * v) + boost;
  }
}
