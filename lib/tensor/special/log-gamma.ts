/**
 * ln |Γ(x)| and ψ(x) in float64, quick where models need them: x > 0. Stirling's series from 8 upwards, below it after
 * shifting by the recurrence, with one logarithm for the whole shift. Elsewhere `@stdlib`'s.
 * Source: DLMF 5.11.1, 5.11.2 (series), 5.5.1, 5.5.2 (recurrences).
 */
import stdDigamma from "@stdlib/math-base-special-digamma";
import gammaln from "@stdlib/math-base-special-gammaln";

const HALF_LOG_TWO_PI = 0.9189385332046727;
const FROM = 8;
/** Closer to a zero of the function the shift would cancel. */
const NEAR = 1e-3;

/** ln |Γ(x)|; absolute error below 2e-15 for x > 0, relative error as well near 1 and 2. */
export function logGamma(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY || Math.abs(x - 1) < NEAR || Math.abs(x - 2) < NEAR) {
    return gammaln(x);
  }
  let z = x;
  let shift = 1;
  while (z < FROM) {
    shift *= z;
    z++;
  }
  const w = 1 / (z * z);
  const series =
    (1 / 12 -
      w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w / 156)))))) /
    z;
  const value = (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series;
  return shift === 1 ? value : value - Math.log(shift);
}

/** ψ(x); absolute error below 1e-15 (1 + |ψ|) for x > 0. */
export function digamma(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return stdDigamma(x);
  let z = x;
  let shift = 0;
  while (z < FROM) {
    shift += 1 / z;
    z++;
  }
  const w = 1 / (z * z);
  const series =
    w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w * (1 / 132 - w * (691 / 32760 - w / 12))))));
  return Math.log(z) - 0.5 / z - series - shift;
}
