import { expect, test } from "vitest";
import { essBulk, essMean, essTail, loo, mcse, Summary, splitRHat, waic } from "./index.ts";

/** A small generator of integers, so that other programs can make the same numbers. */
function* uniforms(seed: number): Generator<number> {
  for (let s = seed; ; ) {
    s = Number((1103515245n * BigInt(s) + 12345n) % 2147483648n);
    yield (s + 0.5) / 2 ** 31;
  }
}

function bell(source: Generator<number>): number {
  let sum = -3;
  for (let i = 0; i < 6; i++) sum += source.next().value;
  return sum;
}

function autoregressive(seed: number, n: number, rho: number, shift = 0, heavy = false): number[] {
  const source = uniforms(seed);
  let x = 0;
  return Array.from({ length: n }, () => {
    const e = bell(source);
    x = rho * x + (heavy ? e ** 3 : e);
    return x + shift;
  });
}

const chains = (count: number, ...rest: [number, number, number?, boolean?]) =>
  Array.from({ length: count }, (_, i) => autoregressive(i + 1, ...rest));

/** Of ArviZ 0.23.4, for the same numbers. */
const reference: Record<
  string,
  { draws: number[][]; rHat?: number; bulk: number; tail: number; mean: number; mcse: number }
> = {
  independent: {
    draws: chains(4, 100, 0),
    rHat: 0.9961598512438693,
    bulk: 452.12086556811863,
    tail: 402.30440348800715,
    mean: 450.14262807708616,
    mcse: 0.035239908266131444,
  },
  autocorrelated: {
    draws: chains(4, 200, 0.8),
    rHat: 1.0328659320426858,
    bulk: 82.86005993212002,
    tail: 224.73336753198924,
    mean: 81.7113089131898,
    mcse: 0.1295044242589859,
  },
  antithetic: {
    draws: chains(4, 200, -0.6),
    rHat: 0.997365685876062,
    bulk: 2322.471989593555,
    tail: 700.370572705798,
    mean: 2322.471989593555,
    mcse: 0.01943926155804114,
  },
  apart: {
    draws: [0, 1, 2, 3].map((i) => autoregressive(i + 1, 100, 0.3, i)),
    rHat: 1.713421361511627,
    bulk: 6.693819565205247,
    tail: 35.19564913949533,
    mean: 6.499596608253335,
    mcse: 0.5081036891230305,
  },
  "heavy tails, of an odd number": {
    draws: chains(3, 101, 0.3, 0, true),
    rHat: 1.0056755308580327,
    bulk: 142.51984288528425,
    tail: 218.9027906039198,
    mean: 173.8352015791329,
    mcse: 0.12309748745758031,
  },
  // ArviZ asks for two chains to tell R-hat.
  "one chain": {
    draws: [autoregressive(9, 300, 0.5)],
    bulk: 86.24063057457107,
    tail: 106.18020116989481,
    mean: 84.0034629476742,
    mcse: 0.09062103237169597,
  },
};

test.each(Object.entries(reference))(
  "%s: as ArviZ has it",
  (_, { draws, rHat, bulk, tail, mean, mcse: error }) => {
    if (rHat !== undefined) expect(splitRHat(draws)).toBeCloseTo(rHat, 10);
    expect(essBulk(draws) / bulk).toBeCloseTo(1, 8);
    expect(essTail(draws) / tail).toBeCloseTo(1, 8);
    expect(essMean(draws) / mean).toBeCloseTo(1, 8);
    // ArviZ divides by n where it takes the deviation.
    expect(mcse(draws) / error).toBeCloseTo(1, 2);
  },
);

const source = uniforms(5);
const logLikelihoods = Array.from({ length: 300 }, () =>
  Array.from({ length: 6 }, (_, i) => -0.5 * (0.3 * i - bell(source)) ** 2),
);

test("leave-one-out: as ArviZ has it", () => {
  const { elpd, standardError, effectiveParameters, pointwise, paretoK } = loo(logLikelihoods);
  expect(elpd).toBeCloseTo(-6.162557546267094, 8);
  expect(standardError).toBeCloseTo(1.582001105339444, 8);
  expect(effectiveParameters).toBeCloseTo(3.356336503946019, 8);
  const shares = [-0.32282532213769866, -0.3526096934434575, -0.637891278743961, -1.2041128081978227];
  for (const [i, share] of [...shares, -1.5951171503589983, -2.050001293385156].entries())
    expect(pointwise[i]).toBeCloseTo(share, 8);
  const shapes = [0.19622532366562342, 0.5179508105014684, 0.17792064660017562, 0.6400374363576459];
  for (const [i, k] of [...shapes, 0.7383084649700679, 0.9745581033945329].entries())
    expect(paretoK[i]).toBeCloseTo(k, 8);
});

test("WAIC: as ArviZ has it", () => {
  const { elpd, standardError, effectiveParameters } = waic(logLikelihoods);
  expect(elpd).toBeCloseTo(-5.88696796694885, 8);
  expect(standardError).toBeCloseTo(1.505633041655169, 8);
  expect(effectiveParameters).toBeCloseTo(3.0807469246277748, 8);
});

test("draws that are all the same, or not a number, are told apart from good ones", () => {
  expect(essBulk([new Array<number>(50).fill(2)])).toBe(50);
  expect(splitRHat([new Array<number>(50).fill(2)])).toBeNaN();
  expect(essMean([[Number.NaN, 1, 2, 3, 4]])).toBeNaN();
  expect(() => essBulk([[1, 2, 3, 4], [1]])).toThrow(/lengths 4, 1/);
  expect(() => loo([])).toThrow(/draws by observations/);
});

test("a summary is a table, its doubts are said, names are text", () => {
  const draws = new Map([
    ["<img onerror=alert(1)>", reference.independent?.draws ?? []],
    ["apart", reference.apart?.draws ?? []],
  ]);
  const summary = new Summary(draws, 0.9, 2);
  expect(summary.rows.apart?.rHat).toBeGreaterThan(1.5);
  const text = String(summary);
  expect(text).toMatch(/mean +sd +median +5 % +95 % +ESS bulk +ESS tail +R-hat/);
  expect(text).toMatch(/R-hat is above 1.01 for 1 of 2/);
  expect(text).toMatch(/2 divergent transitions/);
  const shown = (summary as unknown as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]?.();
  expect(shown?.["text/html"]).not.toContain("<img");
  expect(() => new Summary(draws, 1.5, 0)).toThrow(/between 0 and 1/);
});
