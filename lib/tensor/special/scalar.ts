/**
 * Special functions of one float64 element, where `@stdlib` does not have them in the form needed here.
 * Sources: DLMF 5.15 (polygamma), Abramowitz & Stegun 26.2.23 (normal quantile, as a first guess).
 */
import gammainc from "@stdlib/math-base-special-gammainc";

const TWO_PI = 2 * Math.PI;

/** ψ''(x) for x > 0: recurrence up to 10, then the asymptotic series. NaN elsewhere except through reflection-free poles. */
export function tetragamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift -= 2 / (z * z * z);
    z++;
  }
  const w = 1 / (z * z);
  // ψ''(z) ~ -1/z² - 1/z³ - 1/(2z⁴) + 1/(6z⁶) - 1/(6z⁸) + 3/(10z¹⁰) - 5/(6z¹²)
  const series = w * (-1 - 1 / z - w * (1 / 2 - w * (1 / 6 - w * (1 / 6 - w * (3 / 10 - (w * 5) / 6)))));
  return shift + series;
}

/** ψ'''(x) for x > 0, in the same way. */
export function pentagamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += 6 / z ** 4;
    z++;
  }
  const w = 1 / (z * z);
  // ψ'''(z) ~ 2/z³ + 3/z⁴ + 2/z⁵ - 1/z⁷ + 4/(3z⁹) - 3/z¹¹ + 10/z¹³
  const series = (w / z) * (2 + 3 / z + w * (2 - w * (1 - w * (4 / 3 - w * (3 - w * 10)))));
  return shift + series;
}

/** Lower tail of the standard normal for z <= 0, with full relative accuracy. */
function lowerTail(z: number): number {
  return 0.5 * gammainc((z * z) / 2, 0.5, true, true);
}

/** Φ(z), with full relative accuracy in the lower tail. */
export function ndtr(z: number): number {
  return z <= 0 ? lowerTail(z) : 1 - lowerTail(-z);
}

/** Quantile of the standard normal: the z with Φ(z) = p. ±Infinity at 0 and 1, NaN outside. */
export function ndtri(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return p === 1 ? Number.POSITIVE_INFINITY : -quantileBelowHalf(1 - p);
  return p === 0 ? Number.NEGATIVE_INFINITY : quantileBelowHalf(p);
}

function quantileBelowHalf(p: number): number {
  if (p === 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(p));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  // The guess is good to 4.5e-4; each Halley step cubes the error.
  for (let i = 0; i < 2; i++) {
    const tail = lowerTail(z);
    const newton = ((tail - p) / Math.exp((-z * z) / 2)) * Math.sqrt(TWO_PI);
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}
