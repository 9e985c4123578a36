/**
 * The derivative of a gamma draw in its shape with the quantile held fixed (implicit reparameterisation):
 * dx/dα = -(∂P(α, x)/∂α) / p(x), given here as d ln x/dα so that tiny draws keep their precision.
 *
 * Below x = α + 1 by the power series of P, above by the continued fraction of Q = 1 - P with its derivative
 * carried along (DLMF 8.7.1, 8.9.2); for large α by differentiating Cornish and Fisher's expansion of the
 * quantile at fixed normal score (Abramowitz & Stegun 26.4.14 and its higher terms).
 * Source of the idea: Figurnov, Mohamed, Mnih, "Implicit reparameterization gradients" (NeurIPS 2018).
 */
import digamma from "@stdlib/math-base-special-digamma";

const LARGE = 200;
const EPS = 1e-16;

/** d ln x / dα at α > 0 and the given ln x; NaN outside. */
export function logGammaGrad(alpha: number, logX: number): number {
  if (!(alpha > 0) || Number.isNaN(logX)) return Number.NaN;
  const x = Math.exp(logX);
  if (alpha > LARGE) {
    const byQuantile = expansion(alpha, x);
    if (!Number.isNaN(byQuantile)) return byQuantile;
  }
  return x < alpha + 1 ? series(alpha, logX, x) : continuedFraction(alpha, logX, x);
}

/** P = x^α e^-x / Γ(α+1) · S with S = Σ xⁿ / (α+1)ₙ. */
function series(alpha: number, logX: number, x: number): number {
  let term = 1;
  let harmonic = 0;
  let sum = 1;
  let derivative = 0;
  for (let n = 1; n < 100_000; n++) {
    const k = alpha + n;
    term *= x / k;
    harmonic += 1 / k;
    sum += term;
    derivative -= term * harmonic;
    if (term * (1 + harmonic) < EPS * sum) break;
  }
  return -(sum * (logX - digamma(alpha + 1)) + derivative) / alpha;
}

/** Q = x^α e^-x / Γ(α) · F with F a continued fraction, evaluated by Lentz's method together with ∂F/∂α. */
function continuedFraction(alpha: number, logX: number, x: number): number {
  let b = x + 1 - alpha;
  // C and D of Lentz's recurrence and their derivatives; F = product of C·D.
  let d = 1 / b;
  let dd = d * d;
  let f = d;
  let df = dd;
  let c = Number.POSITIVE_INFINITY;
  let dc = 0;
  for (let n = 1; n < 100_000; n++) {
    const a = -n * (n - alpha);
    b += 2;
    const denominator = b + a * d;
    const dDenominator = -1 + n * d + a * dd;
    d = 1 / denominator;
    dd = -dDenominator * d * d;
    const oldC = c;
    c = b + a / oldC;
    dc = -1 + n / oldC - (a * dc) / (oldC * oldC);
    if (n === 1) dc = -1;
    const delta = c * d;
    const dDelta = dc * d + c * dd;
    df = df * delta + f * dDelta;
    f *= delta;
    if (Math.abs(delta - 1) < EPS * 4 && Math.abs(dDelta) < 1e-14) break;
  }
  return (logX - digamma(alpha)) * f + df;
}

/**
 * x(α, z) = α + z√α + (z²-1)/3 + (z³-7z)/(36√α) - (3z⁴+7z²-16)/(810α) + (9z⁵+256z³-433z)/(38880 α^1.5).
 * Solved for z by Newton's method, then differentiated in α. NaN far in the tails, where it does not hold.
 */
function expansion(alpha: number, x: number): number {
  const root = Math.sqrt(alpha);
  let z = (x - alpha) / root;
  // Wilson and Hilferty's cube root is a better start where the distribution is skewed.
  if (x > 0) z = 3 * root * (Math.cbrt(x / alpha) - 1 + 1 / (9 * alpha));
  if (!(Math.abs(z) < 0.5 * root) || Math.abs(z) > 12) return Number.NaN;
  for (let i = 0; i < 4; i++) {
    const z2 = z * z;
    const value =
      alpha +
      z * root +
      (z2 - 1) / 3 +
      (z * (z2 - 7)) / (36 * root) -
      (z2 * (3 * z2 + 7) - 16) / (810 * alpha) +
      (z * (z2 * (9 * z2 + 256) - 433)) / (38880 * alpha * root);
    const slope =
      root +
      (2 * z) / 3 +
      (3 * z2 - 7) / (36 * root) -
      (z * (12 * z2 + 14)) / (810 * alpha) +
      (z2 * (45 * z2 + 768) - 433) / (38880 * alpha * root);
    const step = (value - x) / slope;
    z -= step;
    if (Math.abs(step) < 1e-13) break;
  }
  const z2 = z * z;
  const derivative =
    1 +
    z / (2 * root) -
    (z * (z2 - 7)) / (72 * alpha * root) +
    (z2 * (3 * z2 + 7) - 16) / (810 * alpha * alpha) -
    (z * (z2 * (9 * z2 + 256) - 433)) / (25920 * alpha * alpha * root);
  return derivative / x;
}
