/**
 * Modified Bessel functions of one float64 element, in the forms that a density of angles needs: scaled, so that
 * nothing overflows, and as differences, so that nothing is lost.
 * Sources: DLMF 10.25.2 (power series, all terms positive), 10.40.1 (asymptotic series).
 */

/** From here on the asymptotic series is good to 1e-10. */
const LARGE = 50;

/** The power series of I₀ and I₁. */
function series(x: number): { i0: number; i1: number } {
  const q = (x * x) / 4;
  let term = 1;
  let i0 = 1;
  let i1 = 1;
  for (let k = 1; term > 1e-17 * i0; k++) {
    term *= q / (k * k);
    i0 += term;
    i1 += term / (k + 1);
  }
  return { i0, i1: (i1 * x) / 2 };
}

/** log I₀(x) - x for x >= 0; NaN elsewhere. */
export function logI0e(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x <= LARGE) return Math.log(series(x).i0) - x;
  const w = 1 / (8 * x);
  const tail = w * (1 + w * (9 / 2 + w * (225 / 6 + w * (11025 / 24))));
  return Math.log1p(tail) - 0.5 * Math.log(2 * Math.PI * x);
}

/** 1 - I₁(x) / I₀(x) for x >= 0; NaN elsewhere. */
export function besselGap(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x <= LARGE) {
    const { i0, i1 } = series(x);
    return 1 - i1 / i0;
  }
  const w = 1 / x;
  return w * (1 / 2 + w * (1 / 8 + w * (1 / 8 + w * (25 / 128 + w * (13 / 32 + (w * 1073) / 1024)))));
}
