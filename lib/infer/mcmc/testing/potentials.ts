import type { Potential } from "../potential.ts";

/** Potentials by formula, in float64: for what has nothing to do with models. */
function byFormula(size: number, evaluate: Potential["evaluate"]): Potential {
  return { size, reason: undefined, evaluate, changed: () => undefined, dispose: () => {} };
}

/** x^4 / 4 + y^2 + x y / 2: neither Gaussian nor separable. */
export const quartic = byFormula(2, (q, gradient) => {
  const [x, y] = q as unknown as [number, number];
  gradient[0] = x ** 3 + y / 2;
  gradient[1] = 2 * y + x / 2;
  return x ** 4 / 4 + y * y + (x * y) / 2;
});

/** A Gaussian in two dimensions. */
export function correlated(
  mean: readonly [number, number],
  variance: readonly [number, number],
  correlation: number,
): Potential {
  const rest = 1 - correlation * correlation;
  const [sx, sy] = [Math.sqrt(variance[0]), Math.sqrt(variance[1])];
  return byFormula(2, (q, gradient) => {
    const x = ((q[0] as number) - mean[0]) / sx;
    const y = ((q[1] as number) - mean[1]) / sy;
    gradient[0] = (x - correlation * y) / (rest * sx);
    gradient[1] = (y - correlation * x) / (rest * sy);
    return (x * x - 2 * correlation * x * y + y * y) / (2 * rest);
  });
}

/** Independent Gaussians with these standard deviations. */
export function gaussian(scales: readonly number[]): Potential {
  return byFormula(scales.length, (q, gradient) => {
    let sum = 0;
    for (const [i, scale] of scales.entries()) {
      const z = (q[i] as number) / scale;
      gradient[i] = z / scale;
      sum += (z * z) / 2;
    }
    return sum;
  });
}

/** x^4/4 - x^2/2 + x/4: two wells of different depth. */
export const wells = byFormula(1, (q, gradient) => {
  const x = q[0] as number;
  gradient[0] = x ** 3 - x + 0.25;
  return x ** 4 / 4 - (x * x) / 2 + x / 4;
});
