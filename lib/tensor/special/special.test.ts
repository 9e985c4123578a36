import gammaln from "@stdlib/math-base-special-gammaln";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { decodeFlat, loadRefs, type RefValue } from "../../testing/refs.ts";
import type { Numeric } from "../numeric.ts";
import { numbers, on, relativeError, testBackends } from "../testing/backends.ts";
import { firstDerivative, noise, secondDerivative } from "../testing/gradcheck.ts";
import { igamma as igammaOf } from "./incomplete-gamma.ts";
import {
  besselGap,
  betainc,
  digamma,
  erfinv,
  igamma,
  lgamma,
  logBeta,
  logI0e,
  ndtri,
  trigamma,
} from "./ops.ts";

const refs = loadRefs().special;

const RELATIVE = 1e-5;

interface Row {
  name: string;
  f: (...xs: Numeric[]) => tf.Tensor;
  key: string;
}

const rows: Row[] = [
  { name: "lgamma", f: lgamma, key: "lgamma" },
  { name: "digamma", f: digamma, key: "digamma" },
  { name: "trigamma", f: trigamma, key: "trigamma" },
  { name: "erfinv", f: erfinv, key: "erfinv" },
  { name: "ndtri", f: ndtri, key: "ndtri" },
  { name: "igamma", f: igamma as Row["f"], key: "gammainc(a,x)" },
  { name: "betainc", f: betainc as Row["f"], key: "betainc(a,b,x)" },
];

/** The columns of points and the values of an entry. */
function columns(key: string): { inputs: number[][]; values: number[] } {
  const [points, values] = refs[key] as [RefValue[], RefValue[]];
  const tuples = points.map((point) => decodeFlat(point));
  const width = tuples[0]?.length ?? 0;
  const inputs = Array.from({ length: width }, (_, i) => tuples.map((tuple) => tuple[i] as number));
  return { inputs, values: decodeFlat(values) };
}

describe.each(testBackends)("special functions on %s", (backend) => {
  test.each(rows)("$name agrees with scipy", async ({ f, key }) => {
    const { inputs, values } = columns(key);
    const { got, slope } = await on(backend, () => ({
      got: numbers(f(...inputs)),
      slope: inputs.length > 1 ? [] : numbers(tf.grad((x) => f(x))(tf.tensor(inputs[0] as number[]))),
    }));
    expect(got.length).toBe(values.length);
    got.forEach((value, i) => {
      const at = `${key} at ${inputs.map((column) => column[i])}`;
      // What rounding the point itself to float32 changes (0.999999 has no float32).
      const input = 2 ** -24 * Math.abs((slope[i] ?? 0) * (inputs[0]?.[i] as number));
      // Near a zero of the function (lgamma at 1 and 2, ψ at 1.46) the error is relative to 1, not to the value.
      const scale = Math.max(Math.abs(values[i] as number), 0.05);
      expect(Math.abs(value - (values[i] as number)), at).toBeLessThan(RELATIVE * scale + input);
    });
  });

  test("outside their domains they give NaN, at its ends the limits", async () => {
    const got = await on(backend, () => ({
      ndtri: numbers(ndtri([0, 1, 0.5])),
      outside: numbers(ndtri([-0.1, 1.1])),
      erfinv: numbers(erfinv([-1, 1])),
      igamma: numbers(igamma([2, 2], [0, 1e4])),
      betainc: numbers(betainc([2, 2], [3, 3], [0, 1])),
      nan: numbers(tf.concat([lgamma([Number.NaN]), digamma([Number.NaN]), igamma([Number.NaN], [1])])),
    }));
    expect(got.ndtri).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    expect(got.outside).toEqual([Number.NaN, Number.NaN]);
    expect(got.erfinv).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(got.igamma).toEqual([0, 1]);
    expect(got.betainc).toEqual([0, 1]);
    expect(got.nan).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("they broadcast", async () => {
    const got = await on(backend, () => {
      const a = tf.tensor([1, 2], [2, 1]);
      const x = tf.tensor([0.2, 0.4, 0.6], [3]);
      const wide = betainc(a, tf.tensor([3, 4, 5, 6], [4, 1, 1]), x);
      const alone = [0, 1, 2, 3].flatMap((k) =>
        [1, 2].flatMap((ai) => [0.2, 0.4, 0.6].map((xi) => numbers(betainc(ai, 3 + k, xi))[0] as number)),
      );
      return { shape: wide.shape, igamma: igamma(a, x).shape, wide: numbers(wide), alone };
    });
    expect(got.shape).toEqual([4, 2, 3]);
    expect(got.igamma).toEqual([2, 3]);
    got.wide.forEach((value, i) => {
      expect(relativeError(value, got.alone[i] as number), `element ${i}`).toBeLessThan(1e-6);
    });
  });

  const between = (low: number, high: number, shape: number[], seed: number) =>
    tf.tensor(
      noise(tf.util.sizeFromShape(shape), seed).map((u) => low + ((u + 1) / 2) * (high - low)),
      shape,
    );

  const smooth: {
    name: string;
    f: (...xs: tf.Tensor[]) => tf.Tensor;
    xs: () => tf.Tensor[];
    second?: boolean;
  }[] = [
    { name: "lgamma", f: lgamma, xs: () => [between(0.5, 6, [6], 1)], second: true },
    { name: "digamma", f: digamma, xs: () => [between(0.8, 6, [6], 2)], second: true },
    { name: "trigamma", f: trigamma, xs: () => [between(0.8, 6, [6], 3)] },
    { name: "erfinv", f: erfinv, xs: () => [between(-0.7, 0.7, [6], 4)], second: true },
    { name: "ndtri", f: ndtri, xs: () => [between(0.15, 0.85, [6], 5)], second: true },
    { name: "igamma", f: igamma, xs: () => [between(1, 4, [3, 1], 6), between(0.5, 5, [4], 7)] },
    {
      name: "logBeta",
      f: logBeta,
      xs: () => [between(0.5, 4, [3, 1], 8), between(0.5, 4, [4], 9)],
      second: true,
    },
    {
      name: "betainc in x",
      f: (x) => betainc(tf.tensor1d([1.5, 2, 4]), 2.5, x),
      xs: () => [between(0.2, 0.8, [4, 1], 10)],
      second: true,
    },
  ];
  // A central difference with a step of 1e-2 in float32: see gradients.test.ts.
  const TOLERANCE = 4e-3;

  test.each(smooth)("the gradient of $name agrees with finite differences", async ({ f, xs }) => {
    const { analytic, numeric } = await on(backend, () => firstDerivative(f, xs()));
    expect(Math.abs(analytic - numeric)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)));
  });

  test.each(smooth.filter((row) => row.second))("so does the second one of $name", async ({ f, xs }) => {
    const { analytic, numeric } = await on(backend, () => secondDerivative(f, xs()));
    expect(Math.abs(analytic - numeric)).toBeLessThan(2 * TOLERANCE * Math.max(1, Math.abs(numeric)));
  });

  test("betainc says that it has no derivative in a", async () => {
    await expect(
      on(backend, () => numbers(tf.grad((a) => betainc(a, 2, 0.5))(tf.scalar(2)))),
    ).rejects.toThrow("no derivative in a");
  });
});

test("all backends agree on a dense grid", async () => {
  const a = Float32Array.from({ length: 400 }, (_, i) => 10 ** (-2 + (i % 20) * 0.25));
  const x = Float32Array.from({ length: 400 }, (_, i) => 10 ** (-2 + Math.floor(i / 20) * 0.25));
  const unit = Float32Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  const functions = {
    lgamma: () => lgamma(x),
    digamma: () => digamma(x),
    trigamma: () => trigamma(x),
    erfinv: () => erfinv(unit),
    ndtri: () => ndtri(unit),
    igamma: () => igamma(a, x),
    betainc: () => betainc(a, x, unit),
  };
  for (const [name, f] of Object.entries(functions)) {
    const expected = await on("cpu", () => numbers(f()));
    for (const backend of testBackends) {
      const got = await on(backend, () => numbers(f()));
      got.forEach((value, i) => {
        // Absolute 1e-5 for the probabilities, which are small where nothing depends on their digits.
        const floor = name === "igamma" || name === "betainc" ? 1 : 0.05;
        const at = `${name} on ${backend} at a=${a[i]}, x=${x[i]}, u=${unit[i]}: ${value} vs ${expected[i]}`;
        expect(relativeError(value, expected[i] as number, floor), at).toBeLessThan(2e-5);
      });
    }
  }
});

test.each([1, 30, 400, 600, 1e4, 1e5])("igamma at a=%d agrees with its power series in float64", (a) => {
  const series = (x: number) => {
    let term = 1;
    let sum = 1;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * Math.exp(a * Math.log(x) - x - gammaln(a + 1));
  };
  for (let z = -5; z <= 5; z += 0.25) {
    const x = Math.max(0.01, a + z * Math.sqrt(a));
    // The exponent of the series is a difference of numbers near 1e6 at a = 1e5.
    expect(Math.abs(igammaOf(a, x) - series(x)), `x=${x}`).toBeLessThan(2e-8);
  }
});

test("logBeta keeps its digits where the logarithms of gammas are large", () => {
  // B(n, 1) = 1/n; the float32 logarithms of Γ(1e5) are near 1e6, and differ by 12.
  expect(numbers(logBeta(1e5, 1))[0]).toBeCloseTo(-Math.log(1e5), 5);
});

test("scaled Bessel functions agree with scipy, and with their derivatives", () => {
  const [points, values] = refs.i0e as [RefValue[], RefValue[]];
  const got = numbers(logI0e(decodeFlat(points)));
  for (const [i, want] of decodeFlat(values).entries()) expect(got[i]).toBeCloseTo(Math.log(want), 5);
  const [, i1e] = refs.i1e as [RefValue[], RefValue[]];
  const gaps = numbers(besselGap(decodeFlat(points)));
  for (const [i, want] of decodeFlat(i1e).entries()) {
    expect(gaps[i]).toBeCloseTo(1 - want / (decodeFlat(values)[i] as number), 6);
  }
  // On both sides of the change of series at 50, the gap is near 1/(2x).
  expect(numbers(besselGap([49.999, 50.001])).map((g) => g * 100)).toEqual([
    expect.closeTo(1.0051, 3),
    expect.closeTo(1.0051, 3),
  ]);
  for (const f of [logI0e, besselGap]) {
    const { analytic, numeric } = firstDerivative((x) => f(x as tf.Tensor), [tf.tensor1d([0.5, 1, 4])]);
    expect(Math.abs(analytic - numeric)).toBeLessThan(1e-3);
  }
  expect(numbers(logI0e([-1]))).toEqual([Number.NaN]);
  expect(numbers(tf.grad((x) => tf.sum(besselGap(x)))(tf.tensor1d([0])))[0]).toBe(-0.5);
});
