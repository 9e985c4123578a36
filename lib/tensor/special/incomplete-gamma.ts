/** The regularised lower incomplete gamma function of one float64 element, and its derivative in the shape. */
import gammainc from "@stdlib/math-base-special-gammainc";
import gammaln from "@stdlib/math-base-special-gammaln";
import { logGammaGrad } from "../random/gamma-grad.ts";
import { normalScore, roughScore } from "./gamma-expansion.ts";
import { ndtr } from "./scalar.ts";

/** From here on @stdlib 0.3's gammainc is wrong near its median, by up to 0.03. */
const LARGE = 500;

/** P(a, x) for a > 0, x >= 0; NaN elsewhere. */
export function igamma(a: number, x: number): number {
  if (!(a > LARGE) || !(x >= 0) || a === Number.POSITIVE_INFINITY) return gammainc(x, a);
  const z = normalScore(a, x);
  if (!Number.isNaN(z)) return ndtr(z);
  // More than 11 standard deviations from the median: below 1e-28.
  return roughScore(a, x) < 0 ? 0 : 1;
}

/** ∂P(a, x)/∂a = -p(x) dx/da, with dx/da at fixed quantile. */
export function igammaGradA(a: number, x: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY) return 0;
  const logX = Math.log(x);
  return -Math.exp(a * logX - x - gammaln(a)) * logGammaGrad(a, logX);
}
