/**
 * Draws of the von Mises distribution around 0, by rejection from a wrapped Cauchy.
 *
 * Source: Best, Fisher, "Efficient simulation of the von Mises distribution" (Applied Statistics 28, 1979).
 *
 * Blocks of element i: attempt t takes (i, 2t) for the proposal and its sign, (i, 2t + 1) for the decision.
 */
import { block, threefry, unit, unit52 } from "./threefry.ts";

/** Below this the density is uniform to float32. */
const FLAT = 1e-8;

/** The angle of element `index` of a draw, in (-π, π); NaN unless concentration > 0. */
export function vonMisesDraw(concentration: number, index: number, k0: number, k1: number): number {
  if (!(concentration > 0) || concentration === Number.POSITIVE_INFINITY)
    return concentration === Number.POSITIVE_INFINITY ? 0 : Number.NaN;
  const root = Math.sqrt(1 + 4 * concentration * concentration);
  // (τ - √(2τ)) / (2κ) with τ = 1 + root, free of the difference of near numbers.
  const tau = 1 + root;
  const rho = (2 * concentration) / (1 + root + Math.sqrt(2 * tau));
  const r = (1 + rho * rho) / (2 * rho);
  for (let attempt = 0; ; attempt++) {
    threefry(k0, k1, index, 2 * attempt);
    const z = Math.cos(Math.PI * unit(block.a));
    const sign = unit(block.b) < 0.5 ? -1 : 1;
    if (concentration < FLAT) return sign * Math.acos(z);
    const f = (1 + r * z) / (r + z);
    const c = concentration * (r - f);
    threefry(k0, k1, index, 2 * attempt + 1);
    const u = unit52(block.a, block.b);
    if (c * (2 - c) > u || Math.log(c / u) + 1 - c >= 0) return sign * Math.acos(f);
  }
}
