import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { igamma } from "../special/incomplete-gamma.ts";
import { ndtr } from "../special/scalar.ts";
import { numbers, on, relativeError, testBackends } from "../testing/backends.ts";
import { logGammaGrad } from "./gamma-grad.ts";
import { logStandardGamma, normal, permutation, standardGamma, uniform } from "./ops.ts";
import { getRngState, seedFromEnvironment, setRngState, setSeed } from "./state.ts";
import { block, threefry, unit } from "./threefry.ts";

// All statistical tests run from a fixed seed, so they pass or fail for ever; the bounds are those that a right
// generator crosses for one seed in a thousand or less.
const SEED = 20170711;
/** Kolmogorov's statistic: P(√n D > 1.95) = 0.001. */
const KS_BOUND = 1.95;

const ascending = (values: number[]) => [...values].sort((a, b) => a - b);

function kolmogorov(values: number[], cdf: (x: number) => number): number {
  const n = values.length;
  let worst = 0;
  ascending(values).forEach((x, i) => {
    const p = cdf(x);
    worst = Math.max(worst, Math.abs(p - i / n), Math.abs(p - (i + 1) / n));
  });
  return worst * Math.sqrt(n);
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: number[]) => {
  const m = mean(values);
  return mean(values.map((x) => (x - m) ** 2));
};
const fill = (n: number, value: number) => tf.fill([n], value);

describe("threefry-2x32-20", () => {
  test.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])("key %d %d, counter %d %d has the published answer", (k0, k1, c0, c1, a, b) => {
    threefry(k0, k1, c0, c1);
    expect([block.a, block.b]).toEqual([a, b]);
  });

  test("its numbers stay inside (0, 1) in float32", () => {
    expect(Math.fround(unit(0))).toBe(2 ** -24);
    expect(Math.fround(unit(0xffffffff))).toBe(1 - 2 ** -24);
  });
});

describe("the state", () => {
  test("a seed starts the stream anew, and a state continues it", () => {
    setSeed(7);
    const first = numbers(normal([4]));
    const state = getRngState();
    const second = numbers(normal([4]));
    setSeed(7);
    expect(numbers(normal([4]))).toEqual(first);
    expect(second).not.toEqual(first);
    setRngState(state);
    expect(numbers(normal([4]))).toEqual(second);
    expect(state).toEqual({ seed: [7, 0], counter: 1 });
  });

  test("every draw counts once, whatever its size", () => {
    setSeed(0);
    tf.dispose([uniform([]), normal([1000]), standardGamma([1, 2]), logStandardGamma(3), permutation(5, 2)]);
    expect(getRngState().counter).toBe(5);
  });

  test("seeds and counters beyond 32 bits matter", () => {
    const drawn = [0, 2 ** 32, 2 ** 32 + 1, -1].map((seed) => {
      setSeed(seed);
      return numbers(uniform([1]))[0];
    });
    const counted = [2 ** 32, 2 ** 40].map((counter) => {
      setRngState({ seed: [0, 0], counter });
      return numbers(uniform([1]))[0];
    });
    expect(new Set([...drawn, ...counted]).size).toBe(6);
  });

  test("what is no seed and no state is refused", () => {
    expect(() => setSeed(0.5)).toThrow("seed must be an integer");
    expect(() => setRngState({ seed: [-1, 0], counter: 0 })).toThrow("not a state");
    expect(() => setRngState({ seed: [1, 0], counter: 2 ** 60 })).toThrow("not a state");
    expect(() => seedFromEnvironment("abc")).toThrow("TSPYRO_SEED");
  });

  test("the environment's seed is the same seed", () => {
    seedFromEnvironment("12");
    expect(getRngState()).toEqual({ seed: [12, 0], counter: 0 });
  });
});

const draws: Record<string, () => tf.Tensor> = {
  uniform: () => uniform([3, 7]),
  normal: () => normal([3, 7]),
  standardGamma: () => standardGamma(tf.tensor2d([0.01, 0.3, 0.999, 1, 2.5, 60, 5000, 1e6], [2, 4])),
  logStandardGamma: () => logStandardGamma(tf.tensor1d([0.01, 0.3, 1, 2.5, 60])),
  permutation: () => permutation(1000, 20),
};

describe.each(testBackends)("draws on %s", (backend) => {
  test.each(Object.entries(draws))(
    "%s gives the stream of the cpu backend, bit for bit",
    async (_name, draw) => {
      setSeed(SEED);
      const expected = await on("cpu", () => ({
        values: numbers(draw()),
        shape: draw().shape,
        dtype: draw().dtype,
      }));
      setSeed(SEED);
      const got = await on(backend, () => ({
        values: numbers(draw()),
        shape: draw().shape,
        dtype: draw().dtype,
      }));
      expect(got).toEqual(expected);
    },
  );

  test("the gradient of a gamma draw is the implicit one", async () => {
    setSeed(SEED);
    const alphas = [0.05, 0.4, 1, 3, 40, 900];
    const { x, dx, dlog, logX } = await on(backend, () => {
      const alpha = tf.tensor1d(alphas);
      const state = getRngState();
      const plain = tf.valueAndGrad((a) => tf.sum(tf.mul(2, standardGamma(a))));
      const dx = numbers(plain(alpha).grad);
      setRngState(state);
      const x = numbers(standardGamma(alpha));
      setRngState(state);
      const dlog = numbers(tf.grad((a) => tf.sum(logStandardGamma(a)))(alpha));
      setRngState(state);
      return { x, dx, dlog, logX: numbers(logStandardGamma(alpha)) };
    });
    alphas.forEach((alpha, i) => {
      const slope = logGammaGrad(alpha, logX[i] as number);
      expect(relativeError(dlog[i] as number, slope), `alpha=${alpha}`).toBeLessThan(1e-5);
      expect(relativeError(dx[i] as number, 2 * (x[i] as number) * slope), `alpha=${alpha}`).toBeLessThan(
        1e-5,
      );
    });
  });
});

describe("distributions of the draws", () => {
  const N = 40_000;

  test("uniform", () => {
    setSeed(SEED);
    const values = numbers(uniform([N]));
    expect(kolmogorov(values, (x) => x)).toBeLessThan(KS_BOUND);
    // Five standard errors: sd 0.2887 of a value, 0.0745 of its squared deviation.
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan((5 * 0.2887) / Math.sqrt(N));
    expect(Math.abs(variance(values) - 1 / 12)).toBeLessThan((5 * 0.0745) / Math.sqrt(N));
  });

  test("normal, with neighbours uncorrelated", () => {
    setSeed(SEED);
    const values = numbers(normal([N]));
    expect(kolmogorov(values, ndtr)).toBeLessThan(KS_BOUND);
    expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(variance(values) - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(N));
    for (const lag of [1, 2]) {
      const product = mean(values.slice(lag).map((x, i) => x * (values[i] as number)));
      expect(Math.abs(product), `lag ${lag}`).toBeLessThan(5 / Math.sqrt(N));
    }
  });

  test("successive draws are independent of one another", () => {
    setSeed(SEED);
    const first = numbers(normal([N]));
    const second = numbers(normal([N]));
    expect(Math.abs(mean(first.map((x, i) => x * (second[i] as number))))).toBeLessThan(5 / Math.sqrt(N));
  });

  test.each([0.05, 0.5, 0.99, 1, 3, 100, 1e4])("gamma(%d)", (alpha) => {
    setSeed(SEED);
    const values = numbers(standardGamma(fill(N, alpha)));
    // By the logarithms, because draws of alpha = 0.05 pile up where float32 ends.
    setSeed(SEED);
    const logs = numbers(logStandardGamma(fill(N, alpha)));
    expect(kolmogorov(logs, (log) => igamma(Math.fround(alpha), Math.exp(log)))).toBeLessThan(KS_BOUND);
    // Mean and variance are alpha; the fourth central moment is 3 alpha² + 6 alpha.
    expect(Math.abs(mean(values) - alpha)).toBeLessThan(5 * Math.sqrt(alpha / N));
    const spread = Math.sqrt((2 * alpha * alpha + 6 * alpha) / N);
    expect(Math.abs(variance(values) - alpha)).toBeLessThan(6 * spread);
  });

  test("the mean of dx/dalpha is 1, because the mean of x is alpha", () => {
    setSeed(SEED);
    for (const alpha of [0.2, 1, 5, 300]) {
      const slopes = numbers(tf.tidy(() => tf.grad((a) => tf.sum(standardGamma(a)))(fill(N, alpha))));
      const error = 5 * Math.sqrt(variance(slopes) / N);
      expect(Math.abs(mean(slopes) - 1), `alpha=${alpha}`).toBeLessThan(error);
    }
  });

  test("the logarithm of a gamma draw is that of the same draw, and finite where it underflows", () => {
    setSeed(SEED);
    const x = numbers(standardGamma(fill(2000, 2)));
    setSeed(SEED);
    const log = numbers(logStandardGamma(fill(2000, 2)));
    x.forEach((value, i) => {
      expect(Math.abs(Math.log(value) - (log[i] as number))).toBeLessThan(1e-6);
    });
    const tiny = numbers(logStandardGamma(fill(2000, 0.01)));
    expect(tiny.every((value) => Number.isFinite(value))).toBe(true);
    expect(Math.min(...tiny)).toBeLessThan(-150);
    setSeed(SEED);
    expect(Math.min(...numbers(standardGamma(fill(2000, 0.01))))).toBe(2 ** -126);
  });

  test("a gamma draw of an impossible shape is NaN", () => {
    expect(numbers(standardGamma([0, -1, Number.NaN]))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("an element depends on its place, not on the size of the draw", () => {
    for (const draw of [
      normal,
      uniform,
      (shape: readonly number[]) => standardGamma(tf.fill([...shape], 0.7)),
    ]) {
      setSeed(SEED);
      const short = numbers(draw([5]));
      setSeed(SEED);
      expect(numbers(draw([100])).slice(0, 5)).toEqual(short);
    }
  });
});

describe("permutation", () => {
  test("gives distinct indices in range, all of them when k = n", () => {
    setSeed(SEED);
    for (const [n, k] of [
      [10, 3],
      [1, 1],
      [5, 0],
      [100_000, 1000],
    ] as const) {
      const drawn = permutation(n, k);
      const values = numbers(drawn);
      expect(drawn.dtype).toBe("int32");
      expect(new Set(values).size).toBe(k);
      expect(values.every((i) => Number.isInteger(i) && i >= 0 && i < n)).toBe(true);
    }
    expect(ascending(numbers(permutation(50)))).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("every ordered pair is as likely as any other", () => {
    setSeed(SEED);
    const n = 6;
    const rounds = 30_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < rounds; i++) {
      const pair = tf.tidy(() => numbers(permutation(n, 2)).join());
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const expected = rounds / (n * (n - 1));
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(n * (n - 1));
    // The 0.999 quantile of chi-squared with 29 degrees of freedom.
    expect(chi2).toBeLessThan(58.3);
  });

  test("refuses what cannot be drawn", () => {
    expect(() => permutation(3, 4)).toThrow("k = 4");
    expect(() => permutation(2.5)).toThrow("n = 2.5");
  });
});
