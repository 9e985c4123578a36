/**
 * Cornish and Fisher's expansion of the gamma quantile for large shapes: with z the normal score of the
 * quantile, x(α, z) is
 *
 *     α + z√α + (z²-1)/3 + (z³-7z)/(36√α) - (3z⁴+7z²-16)/(810α) + (9z⁵+256z³-433z)/(38880 α^1.5) + ...
 *
 * Six terms leave an error of order α⁻²: above α = 200 some 1e-8 of what is computed from them here.
 * Source: Goldberg and Levine (1946), Abramowitz & Stegun 26.4.14 for the first terms (χ² = 2x, ν = 2α).
 */

/** The z with x(α, z) = x, by Newton's method. NaN far in the tails, where the expansion does not hold. */
export function normalScore(alpha: number, x: number): number {
  const root = Math.sqrt(alpha);
  // Wilson and Hilferty's cube root is a good start.
  let z = roughScore(alpha, x);
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
  return z;
}

/** Wilson and Hilferty's approximation of the score, good to a percent and right about which tail it is. */
export function roughScore(alpha: number, x: number): number {
  return 3 * Math.sqrt(alpha) * (Math.cbrt(x / alpha) - 1 + 1 / (9 * alpha));
}

/** ∂x/∂α at fixed z. */
export function quantileSlope(alpha: number, z: number): number {
  const root = Math.sqrt(alpha);
  const z2 = z * z;
  return (
    1 +
    z / (2 * root) -
    (z * (z2 - 7)) / (72 * alpha * root) +
    (z2 * (3 * z2 + 7) - 16) / (810 * alpha * alpha) -
    (z * (z2 * (9 * z2 + 256) - 433)) / (25920 * alpha * alpha * root)
  );
}
