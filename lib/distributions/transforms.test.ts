/** Transforms: inverses, Jacobians against finite differences, and the bijections of the references. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { toTensor } from "../tensor/index.ts";
import { decode, decodeFlat, loadRefs, type RefValue } from "../testing/refs.ts";
import * as dist from "./index.ts";
import { expectAllClose, expectClose, numbers, onBackends } from "./testing/harness.ts";

const { constraints, transforms, bijectTo, transformTo } = dist;

/** Each transform with points of its domain. */
const TRANSFORMS: [string, dist.Transform, number[]][] = [
  ["identity", transforms.identity, [-2, 0, 3]],
  ["exp", transforms.exp, [-3, 0, 2]],
  ["sigmoid", transforms.sigmoid, [-5, 0, 3]],
  ["tanh", transforms.tanh, [-2, 0.3, 1.5]],
  ["softplus", transforms.softplus, [-3, 0, 12]],
  ["affine(1, -2)", transforms.affine(1, -2), [-2, 0, 3]],
  ["affine(arrays)", transforms.affine([1, 2, 3], new Float64Array([0.5, 1, 2])), [-2, 0, 3]],
  ["power(array)", transforms.power([2, 3]), [0.5, 2]],
  ["affine(tensor)", transforms.affine(tf.scalar(1), tf.scalar(0.5)), [-2, 0, 3]],
  ["power(3)", transforms.power(3), [0.3, 1, 2.5]],
  ["power(-0.5)", transforms.power(-0.5), [0.3, 1, 2.5]],
  ["inverse of exp", transforms.exp.inv, [0.3, 1, 2.5]],
  ["compose(affine, exp)", transforms.compose([transforms.affine(1, 2), transforms.exp]), [-2, 0, 1]],
  [
    "compose(sigmoid, affine)",
    transforms.compose([transforms.sigmoid, transforms.affine(-1, 4)]),
    [-2, 0, 1],
  ],
  ["compose()", transforms.compose([]), [-2, 0, 1]],
];

const CONSTRAINTS: Record<string, dist.Constraint> = {
  real: constraints.real,
  positive: constraints.positive,
  "greater_than(2)": constraints.greaterThan(2),
  "less_than(2)": constraints.lessThan(2),
  unit_interval: constraints.unitInterval,
  "interval(-1,3)": constraints.interval(-1, 3),
  simplex: constraints.simplex,
  lower_cholesky: constraints.lowerCholesky,
  corr_cholesky: constraints.corrCholesky,
};

const plain = (value: RefValue): number[] =>
  (value as RefValue[]).map((v) => (Array.isArray(v) ? plain(v) : decode(v))) as number[];

/** log |det|, by Gaussian elimination with pivots. */
function logDeterminant(rows: number[][]): number {
  const m = rows.map((row) => [...row]);
  let total = 0;
  for (let k = 0; k < m.length; k++) {
    const rest = m.splice(k).sort((a, b) => Math.abs(b[k] as number) - Math.abs(a[k] as number));
    m.push(...rest);
    const pivot = m[k] as number[];
    total += Math.log(Math.abs(pivot[k] as number));
    for (const row of m.slice(k + 1)) {
      const by = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j < m.length; j++) row[j] = (row[j] as number) - by * (pivot[j] as number);
    }
  }
  return total;
}

await onBackends(["cpu", "tensorflow", "wasm"], () => {
  it.each(TRANSFORMS)("%s: inverse, Jacobian, shapes", (_name, t, points) => {
    const x = toTensor(points);
    const y = t.call(x);
    expectAllClose(numbers(t.inverse(y)), points, 2e-5, "inverse(call(x))");
    expect(t.domain.check(x)).toBe(true);
    expect(t.codomain.check(y)).toBe(true);
    const slopes = numbers(tf.grad((v) => tf.sum(t.call(v)))(x)).map((s) => Math.log(Math.abs(s)));
    expectAllClose(numbers(t.logAbsDetJacobian(x, y)), slopes, 2e-5, "log |dy/dx|");
    expectAllClose(numbers(t.logDetJacobian(y)), slopes, 1e-4, "log |dy/dx| from y alone");
    const back = t.inv;
    expectAllClose(numbers(back.call(y)), points, 2e-5, "inv");
    expectAllClose(
      numbers(back.logAbsDetJacobian(y)),
      slopes.map((s) => -s),
      1e-4,
      "inv's Jacobian",
    );
    expect(back.inv.call(x).shape).toEqual(x.shape);
    expect(t.forwardShape([4, 2])).toEqual([4, 2]);
    if (t.sign !== undefined) {
      const moved = numbers(t.call(tf.add(x, 0.01)));
      for (const [i, before] of numbers(y).entries())
        expect(Math.sign((moved[i] as number) - before)).toBe(t.sign);
    }
  });

  const known = loadRefs().bijections.filter((entry) => entry.constraint in CONSTRAINTS);
  it("knows the constraints of the references", () => {
    expect(known.length).toBe(11);
  });
  it.each(
    known.map((entry) => [`${entry.constraint} at ${JSON.stringify(entry.unconstrained)}`, entry] as const),
  )("bijectTo %s", (_title, entry) => {
    const t = bijectTo(CONSTRAINTS[entry.constraint] as dist.Constraint);
    const x = toTensor(plain(entry.unconstrained));
    const y = t.call(x);
    expectAllClose(numbers(y), decodeFlat(entry.constrained), 1e-5, "constrained");
    expect(t.codomain.check(y)).toBe(true);
    if (entry.constraint !== "lower_cholesky") {
      // exp(30) swallows a bound of 2, so the way back is exact in the logarithm only.
      expectAllClose(numbers(t.inverse(y)), decodeFlat(entry.unconstrained), 2e-5, "inverse");
    }
    if (entry.log_abs_det_jacobian !== null) {
      expectAllClose(
        numbers(t.logAbsDetJacobian(x, y)),
        decodeFlat(entry.log_abs_det_jacobian),
        1e-5,
        "log |det|",
      );
    }
  });

  it("stickBreaking is its own inverse, in batches too", () => {
    const x = tf.tensor2d([
      [0.3, -1, 2],
      [4, 0, -3],
    ]);
    const t = transforms.stickBreaking;
    const y = t.call(x);
    expect(y.shape).toEqual([2, 4]);
    expect(t.forwardShape([2, 3])).toEqual([2, 4]);
    expect(t.inverseShape([2, 4])).toEqual([2, 3]);
    expect(constraints.simplex.check(y)).toBe(true);
    expectAllClose(numbers(t.inverse(y)), numbers(x), 2e-5, "inverse");
    expect(t.logAbsDetJacobian(x, y).shape).toEqual([2]);
  });

  /** Transforms of vectors and matrices: a batch of points, and where the free numbers stand in image and domain. */
  const below = (n: number) => Array.from({ length: n * n }, (_, at) => at).filter((at) => at % n <= at / n);
  const strictlyBelow = (n: number) => below(n).filter((at) => at % n < Math.floor(at / n));
  const points = (shape: number[]) =>
    tf.reshape(tf.sin(tf.mul(tf.range(1, 1 + shape.reduce((a, b) => a * b, 1)), 7)), shape);
  const JOINT: [string, dist.Transform, tf.Tensor, number[], number[]][] = [
    ["permute", transforms.permute([2, 0, 3, 1]), points([2, 4]), [0, 1, 2, 3], [0, 1, 2, 3]],
    ["ordered", transforms.ordered, points([2, 4]), [0, 1, 2, 3], [0, 1, 2, 3]],
    ["corrCholesky", transforms.corrCholesky, points([2, 6]), strictlyBelow(4), [0, 1, 2, 3, 4, 5]],
    ["positiveDefinite", transforms.positiveDefinite, points([2, 3, 3]), below(3), below(3)],
    ["lowerCholesky", bijectTo(constraints.lowerCholesky), points([2, 3, 3]), below(3), below(3)],
  ];
  it.each(JOINT)("%s: inverse, shapes, and the determinant of its differences", (_name, t, x, out, inn) => {
    const y = t.call(x);
    expect(t.codomain.check(y)).toBe(true);
    expect(t.forwardShape(x.shape)).toEqual(y.shape);
    expect(t.inverseShape(y.shape)).toEqual(x.shape);
    const back = numbers(t.inverse(y));
    const size = x.size / 2;
    for (const i of inn)
      for (const b of [0, size]) expect(back[b + i]).toBeCloseTo(numbers(x)[b + i] as number, 4);
    const dets = numbers(t.logAbsDetJacobian(x, y));
    expect(dets.length).toBe(2);
    // Columns of the Jacobian at the first point, by central differences; its determinant by elimination.
    const step = 1e-2;
    const first = tf.slice(x, 0, 1);
    const columns = inn.map((i) => {
      const by = tf.reshape(tf.mul(tf.oneHot(i, size), step), first.shape);
      const slope = tf.div(tf.sub(t.call(tf.add(first, by)), t.call(tf.sub(first, by))), 2 * step);
      const values = numbers(slope);
      return out.map((place) => values[place] as number);
    });
    expect(Math.abs((dets[0] as number) - logDeterminant(columns))).toBeLessThan(3e-3);
  });

  it("sums the Jacobian over the axes of an event", () => {
    const t = bijectTo(constraints.independent(constraints.positive, 1));
    const x = tf.tensor2d([
      [0.5, -1],
      [2, 3],
    ]);
    expect(t.eventDim).toBe(1);
    expectAllClose(numbers(t.logAbsDetJacobian(x)), [-0.5, 5], 1e-6, "sum");
    const mixed = transforms.compose([transforms.exp, transforms.affine(0, tf.tensor1d([2, 4]), 1)]);
    expectAllClose(numbers(mixed.logAbsDetJacobian(x)), [-0.5 + Math.log(8), 5 + Math.log(8)], 1e-6, "mixed");
  });

  it("stays finite far out", () => {
    for (const c of [constraints.positive, constraints.unitInterval, constraints.interval(-1, 3)]) {
      const t = bijectTo(c);
      for (const y of numbers(t.inverse(t.call([-80, 80])))) expect(Number.isFinite(y)).toBe(true);
    }
    expectClose(
      numbers(transforms.tanh.logAbsDetJacobian(20))[0] as number,
      2 * (Math.LN2 - 20),
      1e-6,
      "tanh",
    );
    expectClose(numbers(transforms.sigmoid.logAbsDetJacobian(-60))[0] as number, -60, 1e-6, "sigmoid");
  });

  it("permute names what it takes", () => {
    expect(numbers(transforms.permute([2, 0, 1]).call([5, 6, 7]))).toEqual([7, 5, 6]);
    expect(() => transforms.permute([0, 0])).toThrow(/permutation/);
  });

  it("transformTo the simplex is softmax", () => {
    const y = transformTo(constraints.simplex).call([1, 2, 3]);
    expectAllClose(numbers(y), [0.09003057, 0.24472847, 0.66524096], 1e-5, "softmax");
    expect(() => transformTo(constraints.simplex).logAbsDetJacobian([1, 2], [0.3, 0.7])).toThrow(/bijection/);
  });

  it("a bound may be a tensor", () => {
    const c = constraints.interval(tf.tensor1d([0, 10]), tf.tensor1d([1, 30]));
    expectAllClose(numbers(bijectTo(c).call([0, 0])), [0.5, 20], 1e-6, "midpoints");
    expect(c.check(tf.tensor1d([0.5, 12]))).toBe(true);
    expect(c.violation(tf.tensor1d([0.5, 9]))).toBe("9 at index [1]");
  });
});

describe("constraints", () => {
  const { independent, interval, integerInterval, lessThan, greaterThan, multinomial } = constraints;
  const TABLE: [dist.Constraint, unknown[], unknown[]][] = [
    [constraints.real, [0, -5], [Number.NaN]],
    [constraints.positive, [1e-30], [0, -1, Number.NaN]],
    [constraints.nonNegative, [0], [-1e-6]],
    [constraints.unitInterval, [0, 1], [1.01, -0.01]],
    [constraints.openUnitInterval, [0.5], [0, 1]],
    [constraints.halfOpenUnitInterval, [1], [0]],
    [interval(0, 0.1), [0.1, 0], [0.11]],
    [greaterThan(2), [2.1], [2]],
    [constraints.greaterThanEq(2), [2], [1.9]],
    [lessThan(2), [1.9], [2]],
    [constraints.lessThanEq(2), [2, -3], [2.1]],
    [constraints.belowOne, [0, 0.5], [1, -0.1]],
    [
      constraints.ordered,
      [[-1, 0, 2]],
      [
        [0, 0],
        [2, 1],
        [0, Number.NaN],
      ],
    ],
    [
      constraints.corrCholesky,
      [
        [
          [1, 0],
          [0.6, 0.8],
        ],
      ],
      [
        [
          [1, 0],
          [0.6, 0.9],
        ],
        [
          [1, 0.1],
          [0.6, 0.8],
        ],
        [
          [1, 0],
          [0.6, -0.8],
        ],
      ],
    ],
    [
      constraints.positiveDefinite,
      [
        [
          [2, 0.5],
          [0.5, 1],
        ],
      ],
      [
        [
          [1, 2],
          [2, 1],
        ],
        [
          [2, 0.5],
          [0.4, 1],
        ],
        [
          [-1, 0],
          [0, 1],
        ],
      ],
    ],
    [constraints.boolean, [0, 1], [0.5, 2]],
    [constraints.nonNegativeInteger, [0, 7], [-1, 0.5, Number.POSITIVE_INFINITY]],
    [constraints.positiveInteger, [1], [0]],
    [integerInterval(1, 3), [1, 3], [0, 4, 1.5]],
    [
      constraints.simplex,
      [[0.2, 0.8]],
      [
        [0.2, 0.7],
        [-0.1, 1.1],
      ],
    ],
    [
      constraints.oneHot,
      [[0, 1]],
      [
        [1, 1],
        [0.5, 0.5],
      ],
    ],
    [
      multinomial(3),
      [[1, 2]],
      [
        [1, 1],
        [4, -1],
      ],
    ],
    [
      constraints.weights,
      [[3, 0]],
      [
        [0, 0],
        [1, -1],
      ],
    ],
    [constraints.realVector, [[1, 2]], [[1, Number.NaN]]],
    [independent(constraints.positive, 1), [[1, 2]], [[1, 0]]],
    [
      constraints.lowerCholesky,
      [
        [
          [1, 0],
          [5, 2],
        ],
      ],
      [
        [
          [1, 1],
          [0, 1],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ],
  ];
  it.each(TABLE.map(([c, good, bad]) => [String(c), c, good, bad] as const))("%s", (_name, c, good, bad) => {
    for (const x of good) {
      const value = toTensor(x as number[]);
      expect(c.check(value), `${c} accepts ${x}`).toBe(true);
      expect(numbers(c.test(value))).toEqual([1]);
      expect(c.check(c.feasible(value)), `${c} has ${c.feasible(value)}`).toBe(true);
    }
    for (const x of bad) {
      const value = toTensor(x as number[]);
      expect(c.check(value), `${c} refuses ${x}`).toBe(false);
      expect(numbers(c.test(value))).toEqual([0]);
      expect(c.violation(value)).toBeTypeOf("string");
    }
    expect(c.meaning.length).toBeGreaterThan(3);
  });
  it("prints the bounds", () => {
    expect(String(interval(-1, 3))).toBe("interval(-1, 3)");
    expect(String(independent(lessThan(2), 1))).toBe("independent(lessThan(2), 1)");
  });
  it("has a bijection for what is continuous and an explanation for what is not", () => {
    for (const [c] of TABLE) {
      if (c.isDiscrete) expect(() => bijectTo(c)).toThrow(/no smooth map/);
      else expect(bijectTo(c).bijective).toBe(true);
    }
  });
});
