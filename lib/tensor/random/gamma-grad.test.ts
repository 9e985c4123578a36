import gammaln from "@stdlib/math-base-special-gammaln";
import { describe, expect, test } from "vitest";
import { loadRefs } from "../../testing/refs.ts";
import { relativeError } from "../testing/backends.ts";
import { logGammaGrad } from "./gamma-grad.ts";

/** P(α, x) by its power series (DLMF 8.7.1): slow, and smooth in α where a library changes its method. */
function lowerGamma(alpha: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (alpha + n);
    sum += term;
  }
  return sum * Math.exp(alpha * Math.log(x) - x - gammaln(alpha + 1));
}

/** dx/dα from central differences of P(α, x) in float64, by Richardson's extrapolation. */
function byDifferences(alpha: number, x: number): number {
  const slope = (h: number) => (lowerGamma(alpha + h, x) - lowerGamma(alpha - h, x)) / (2 * h);
  const h = 1e-2 * Math.sqrt(alpha) * Math.min(1, Math.sqrt(alpha));
  const dP = (4 * slope(h / 2) - slope(h)) / 3;
  return -dP / Math.exp((alpha - 1) * Math.log(x) - x - gammaln(alpha));
}

describe("the derivative of a gamma draw in its shape", () => {
  test.each(loadRefs().gamma_grad)("at alpha=$alpha, x=$x agrees with the reference", (ref) => {
    const got = ref.x * logGammaGrad(ref.alpha, Math.log(ref.x));
    expect(relativeError(got, ref.numeric_dx_dalpha)).toBeLessThan(1e-7);
  });

  const alphas = [0.01, 0.1, 0.5, 1, 2, 10, 50, 199, 201, 500, 2000, 1e4, 1e5];
  const scores = [-3, -1, -0.1, 0, 0.1, 1, 3];
  test.each(alphas)(
    "at alpha=%d agrees with finite differences from the lower to the upper tail",
    (alpha) => {
      for (const z of scores) {
        // Wilson and Hilferty's quantile, to have points of every part of the distribution.
        const x = alpha * Math.max(0.02, 1 - 1 / (9 * alpha) + z / (3 * Math.sqrt(alpha))) ** 3;
        const got = x * logGammaGrad(alpha, Math.log(x));
        // At alpha = 1e5 the exponent of P is a difference of numbers near 1e6: ten digits are left of it, and a
        // difference over a hundredth of a standard deviation in the tail takes five of them.
        expect(relativeError(got, byDifferences(alpha, x)), `x=${x}`).toBeLessThan(2e-5);
      }
    },
  );

  test("series, continued fraction and expansion meet without a step", () => {
    for (const alpha of [0.3, 3, 30, 150]) {
      const x = alpha + 1;
      const below = logGammaGrad(alpha, Math.log(x * (1 - 1e-9)));
      const above = logGammaGrad(alpha, Math.log(x * (1 + 1e-9)));
      expect(relativeError(below, above), `alpha=${alpha}`).toBeLessThan(1e-7);
    }
    for (const z of [-4, -2, 0, 2, 4]) {
      const x = 200 + z * Math.sqrt(200);
      const below = logGammaGrad(200, Math.log(x));
      const above = logGammaGrad(200 + 1e-9, Math.log(x));
      expect(relativeError(below, above), `z=${z}`).toBeLessThan(1e-6);
    }
  });

  test("for a draw that underflows it is -ln x / alpha, nearly", () => {
    // x^α ≈ u Γ(α+1) there, so d ln x/dα = (ψ(α+1) - ln x) / α exactly in the limit.
    const got = logGammaGrad(0.01, -900);
    expect(relativeError(got, (-0.5608854578686744 + 900) / 0.01)).toBeLessThan(1e-6);
  });

  test("outside its domain it is NaN", () => {
    expect(logGammaGrad(0, 1)).toBeNaN();
    expect(logGammaGrad(-1, 1)).toBeNaN();
    expect(logGammaGrad(1, Number.NaN)).toBeNaN();
  });
});
