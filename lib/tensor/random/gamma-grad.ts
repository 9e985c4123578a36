/**
 * The derivative of a gamma draw in its shape with the quantile held fixed (implicit reparameterisation):
 * dx/dα = -(∂P(α, x)/∂α) / p(x), given here as d ln x/dα so that tiny draws keep their precision.
 *
 * Below x = α + 1 by the power series of P, above by the continued fraction of Q = 1 - P with its derivative
 * carried along (DLMF 8.7.1, 8.9.2); for large α by differentiating Cornish and Fisher's expansion of the
 * quantile at fixed normal score.
 * Source of the idea: Figurnov, Mohamed, Mnih, "Implicit reparameterization gradients" (NeurIPS 2018).
 */
import { normalScore, quantileSlope } from "../special/gamma-expansion.ts";
import { digamma } from "../special/log-gamma.ts";

const LARGE = 200;
/** Results are rounded to float32: four digits more than it has. */
const EPS = 1e-12;

/** d ln x / dα at α > 0 and the given ln x; NaN outside. */
export function logGammaGrad(alpha: number, logX: number): number {
  if (!(alpha > 0) || Number.isNaN(logX)) return Number.NaN;
  const x = Math.exp(logX);
  if (alpha > LARGE) {
    const z = normalScore(alpha, x);
    if (!Number.isNaN(z)) return quantileSlope(alpha, z) / x;
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
    // Divisions are what this loop costs.
    const inverse = 1 / (alpha + n);
    term *= x * inverse;
    harmonic += inverse;
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
    const inverse = 1 / c;
    const share = a * inverse;
    c = b + share;
    dc = -1 + (n - share * dc) * inverse;
    if (n === 1) dc = -1;
    const delta = c * d;
    const dDelta = dc * d + c * dd;
    df = df * delta + f * dDelta;
    f *= delta;
    if (Math.abs(delta - 1) < EPS && Math.abs(dDelta) < EPS) break;
  }
  return (logX - digamma(alpha)) * f + df;
}
