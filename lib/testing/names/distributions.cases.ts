/**
 * The manual's distributions by a table: made by its keywords and drawn by its lowercase functions, each with closed
 * forms of its density and moments. In the manual the last axis of a batch of numbers is their event: `[2]` here.
 */
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, expectClose, numbers, of } from "./calls.cases.ts";
import { type ManualEntry, names } from "./names.ts";

const { dist } = pyro;
type Instance = InstanceType<typeof dist.Distribution>;
type Maker = (keywords: object) => Instance;
type Lower = pyro.dist.StochasticFunction<unknown[]>;

interface Row {
  /** The manual's parameters by keyword, its options left out. */
  readonly keywords: Readonly<Record<string, unknown>>;
  readonly lower: string;
  /** Other keywords that the manual takes in the place of the first. */
  readonly instead?: Readonly<Record<string, unknown>>;
  /** What one draw may be, and its density, event by event. */
  readonly x: readonly number[];
  readonly logPdf: number;
  readonly mean?: readonly number[];
  readonly variance?: readonly number[];
  readonly support?: readonly (readonly number[])[];
  readonly reparameterized: boolean;
}

const { E, LN2, PI } = Math;
const LOG_ROOT = 0.5 * Math.log(2 * PI);

export const rows: Readonly<Record<string, Row>> = {
  "bernoulli.Bernoulli": {
    keywords: { ps: [0.2, 0.7] },
    instead: { logits: [Math.log(0.25), Math.log(7 / 3)] },
    lower: "bernoulli",
    x: [1, 0],
    logPdf: Math.log(0.2 * 0.3),
    mean: [0.2, 0.7],
    variance: [0.16, 0.21],
    support: [
      [0, 0],
      [1, 1],
    ],
    reparameterized: false,
  },
  "beta.Beta": {
    keywords: { alpha: [2, 3], beta: [4, 1] },
    lower: "beta",
    x: [0.3, 0.6],
    logPdf: Math.log(20 * 0.3 * 0.7 ** 3) + Math.log(3 * 0.36),
    mean: [1 / 3, 0.75],
    variance: [8 / 252, 3 / 80],
    reparameterized: true,
  },
  "categorical.Categorical": {
    keywords: { ps: [0.2, 0.3, 0.5], one_hot: true },
    instead: { logits: [Math.log(0.2), Math.log(0.3), Math.log(0.5)], one_hot: true },
    lower: "categorical",
    x: [0, 1, 0],
    logPdf: Math.log(0.3),
    support: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    reparameterized: false,
  },
  "cauchy.Cauchy": {
    keywords: { mu: [0, 1], gamma: [1, 2] },
    lower: "cauchy",
    x: [1, 1],
    logPdf: -Math.log(2 * PI) - Math.log(2 * PI),
    mean: [Number.NaN, Number.NaN],
    variance: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    reparameterized: true,
  },
  "delta.Delta": {
    keywords: { v: [1, 2] },
    lower: "delta",
    x: [1, 2],
    logPdf: 0,
    support: [[1, 2]],
    reparameterized: true,
  },
  "normal.Normal": {
    keywords: { mu: [0, 1], sigma: [1, 2] },
    lower: "normal",
    x: [1, 3],
    logPdf: -2 * LOG_ROOT - 0.5 - LN2 - 0.5,
    mean: [0, 1],
    variance: [1, 4],
    reparameterized: true,
  },
  "exponential.Exponential": {
    keywords: { lam: [1, 2] },
    lower: "exponential",
    x: [1, 0.5],
    logPdf: -1 + LN2 - 1,
    mean: [1, 0.5],
    variance: [1, 0.25],
    reparameterized: true,
  },
  "gamma.Gamma": {
    keywords: { alpha: [1, 2], beta: [2, 3] },
    lower: "gamma",
    x: [0.5, 1],
    logPdf: LN2 - 1 + Math.log(9) - 3,
    mean: [0.5, 2 / 3],
    variance: [0.25, 2 / 9],
    reparameterized: true,
  },
  "half_cauchy.HalfCauchy": {
    keywords: { mu: [0, 1], gamma: [1, 2] },
    lower: "halfcauchy",
    x: [1, 3],
    logPdf: -Math.log(PI) - Math.log(2 * PI),
    mean: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    variance: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    reparameterized: true,
  },
  "log_normal.LogNormal": {
    keywords: { mu: [0, 1], sigma: [1, 0.5] },
    lower: "lognormal",
    x: [1, E],
    logPdf: -2 * LOG_ROOT + LN2 - 1,
    mean: [Math.exp(0.5), Math.exp(1.125)],
    variance: [(E - 1) * E, (Math.exp(0.25) - 1) * Math.exp(2.25)],
    reparameterized: true,
  },
  "multinomial.Multinomial": {
    keywords: { ps: [0.2, 0.3, 0.5], n: 4 },
    lower: "multinomial",
    x: [1, 1, 2],
    logPdf: Math.log(12 * 0.2 * 0.3 * 0.25),
    mean: [0.8, 1.2, 2],
    variance: [0.64, 0.84, 1],
    reparameterized: false,
  },
  "poisson.Poisson": {
    keywords: { lam: [1, 2] },
    lower: "poisson",
    x: [0, 3],
    logPdf: -1 + Math.log(8 / 6) - 2,
    mean: [1, 2],
    variance: [1, 2],
    reparameterized: false,
  },
  "uniform.Uniform": {
    keywords: { a: [0, 1], b: [2, 5] },
    lower: "uniform",
    x: [1, 2],
    logPdf: -LN2 - Math.log(4),
    mean: [1, 3],
    variance: [1 / 3, 4 / 3],
    reparameterized: true,
  },
};

/** The keywords here of keywords of the manual, as `names.json` says. */
function here(entry: ManualEntry, keywords: object): object {
  const spelled = (key: string) => (entry.arguments?.[key] ?? "").replaceAll(/[{} ]/g, "") || key;
  return Object.fromEntries(Object.entries(keywords).map(([key, value]) => [spelled(key), value]));
}

const entryOf = (manual: string): ManualEntry => names[manual] as ManualEntry;

/** What each member of a distribution has to answer. */
const members: Readonly<Record<string, (d: Instance, row: Row) => void>> = {
  analytic_mean: (d, { mean = [] }) => expectClose(numbers(d.analytic_mean()), mean),
  analytic_var: (d, { variance = [] }) => expectClose(numbers(d.analytic_var()), variance),
  batch_log_pdf(d, { x, logPdf }) {
    const two = d.batch_log_pdf([x, x] as number[][]);
    expect(two.shape).toEqual([2, 1]);
    expectClose(numbers(two), [logPdf, logPdf]);
  },
  batch_shape(d, { x }) {
    expect([d.batch_shape(), d.batch_shape([x, x, x] as number[][])]).toEqual([[], [3]]);
  },
  enumerable: (d, { support }) => expect(d.enumerable).toBe(support !== undefined),
  enumerate_support: (d, { support }) => expect(d.enumerate_support().arraySync()).toEqual(support),
  event_dim: (d) => expect(d.event_dim()).toBe(1),
  event_shape: (d, { x }) => expect(d.event_shape()).toEqual([x.length]),
  log_pdf: (d, { x, logPdf }) => expectClose(numbers(d.log_pdf([...x])), [logPdf]),
  reparameterized: (d, { reparameterized }) => expect(d.reparameterized).toBe(reparameterized),
  sample(d, { x }) {
    const drawn = d.sample();
    expect(drawn.shape).toEqual([x.length]);
    expect(Number.isFinite(numbers(d.log_pdf(drawn))[0])).toBe(true);
  },
  shape: (d, { x }) => {
    expect([d.shape(), d.shapeFor([x, x] as number[][])]).toEqual([[x.length], [2, x.length]]);
  },
  expanded_sample(d) {
    const throws = (d as pyro.dist.Multinomial).expanded_sample();
    expect(throws.shape).toEqual([4]);
    expect(numbers(throws).every((k) => [0, 1, 2].includes(k))).toBe(true);
  },
};

/** A call for each member that the manual names of a class; one that `members` does not know has none. */
function membersOf(owner: string, make: () => Instance, row: Row): Calls {
  const calls = Object.keys(names).flatMap((name) => {
    const check = members[name.slice(owner.length + 1)];
    return name.startsWith(`${owner}.`) && check !== undefined
      ? [[name, () => check(make(), row)] as const]
      : [];
  });
  return Object.fromEntries(calls);
}

function ofRow(manual: string, row: Row): Calls {
  const owner = `pyro.distributions.${manual}`;
  const entry = entryOf(owner);
  const make = (pyro.dist as unknown as Record<string, Maker>)[manual.split(".")[1] as string] as Maker;
  const d = () => make(here(entry, row.keywords));
  return {
    ...membersOf(owner, d, row),
    [owner]() {
      expect(make({ ...here(entry, row.keywords), batchSize: 3 }).sample().shape).toEqual([3, row.x.length]);
      if (row.instead !== undefined) {
        expectClose(numbers(make(here(entry, row.instead)).log_pdf([...row.x])), [row.logPdf]);
      }
      const options = ["batch_size", "log_pdf_mask"].filter((key) => key in (entry.arguments ?? {}));
      if (options.includes("log_pdf_mask")) {
        const masked = make({ ...here(entry, row.keywords), logPdfMask: 0.5 });
        expectClose(numbers(masked.log_pdf([...row.x])), [row.logPdf / 2]);
      }
      const used = new Set([...Object.keys(row.keywords), ...Object.keys(row.instead ?? {}), ...options]);
      if ("vs" in (entry.arguments ?? {})) used.add(withValues(make, owner));
      expect(new Set(Object.keys(entry.arguments ?? {}))).toEqual(new Set([...used, "args", "kwargs"]));
    },
    [`pyro.distributions.${row.lower}`]: () => lowercase(row, entryOf(`pyro.distributions.${row.lower}`)),
  };
}

/** A categorical over values of one's own. */
function withValues(make: Maker, owner: string): "vs" {
  const d = make(here(entryOf(owner), { ps: [0.2, 0.3, 0.5], vs: [10, 20, 30] }));
  expectClose(numbers(d.log_pdf([20])), [Math.log(0.3)]);
  expect([10, 20, 30]).toContain(numbers(d.sample())[0]);
  expect(d.enumerate_support().arraySync()).toEqual([10, 20, 30]);
  const words = dist.Categorical({ ps: [0.2, 0.3, 0.5], vs: ["a", "b", "c"] });
  expectClose(numbers(words.log_pdf("b")), [Math.log(0.3)]);
  expect(["a", "b", "c"]).toContain(words.sample());
  return "vs";
}

function lowercase(row: Row, entry: ManualEntry): void {
  const fn = (pyro.dist as unknown as Record<string, Lower>)[row.lower] as Lower;
  const { one_hot: _, ...keywords } = row.keywords;
  const positional = Object.values(keywords);
  expect(Object.keys(entry.arguments ?? {}).slice(0, positional.length)).toEqual(Object.keys(keywords));
  const x = [...row.x];
  expect([fn(...positional).shape, fn.sample(...positional).shape]).toEqual([[x.length], [x.length]]);
  expectClose(numbers(fn.log_pdf(x, ...positional)), [row.logPdf]);
  expectClose(numbers(fn.batch_log_pdf([x, x], ...positional)), [row.logPdf, row.logPdf]);
  expect(fn.batch_shape([x, x], ...positional)).toEqual([2]);
  expect([fn.event_shape(...positional), fn.event_dim(...positional)]).toEqual([[x.length], 1]);
  expect(fn.shape(null, ...positional)).toEqual([x.length]);
  expect([fn.reparameterized, fn.enumerable]).toEqual([row.reparameterized, row.support !== undefined]);
  if (row.support !== undefined) expect(fn.enumerate_support(...positional).arraySync()).toEqual(row.support);
  if (row.mean !== undefined) expectClose(numbers(fn.analytic_mean(...positional)), row.mean);
  if (row.variance !== undefined) expectClose(numbers(fn.analytic_var(...positional)), row.variance);
  expect(fn(...positional, { batchSize: 3 }).shape).toEqual([3, x.length]);
  if (entry.arguments?.log_pdf_mask !== undefined) {
    expectClose(numbers(fn.log_pdf(x, ...positional, { logPdfMask: 0.5 })), [row.logPdf / 2]);
  }
  if (row.instead === undefined) return;
  const { logits } = row.instead;
  expectClose(numbers(fn.log_pdf(x, { logits })), [row.logPdf]);
}

/** A distribution that implements what the manual asks for, in the manual's spelling. */
class Coins {
  readonly n: number;
  constructor(n: number) {
    this.n = n;
  }
  sample(): tf.Tensor {
    return tf.ones([this.n]);
  }
  batch_log_pdf(x: tf.Tensor): tf.Tensor {
    return tf.fill([...this.batch_shape(x), 1], -this.n * LN2);
  }
  batch_shape(x?: tf.Tensor): number[] {
    return x === undefined ? [] : x.shape.slice(0, -1);
  }
  event_shape(): number[] {
    return [this.n];
  }
  enumerate_support(): tf.Tensor {
    return tf.stack([tf.zeros([this.n]), tf.ones([this.n])]);
  }
}

/** The base class: what holds of every distribution, seen on one. */
function ofBase(): Calls {
  const owner = "pyro.distributions.distribution.Distribution";
  const row = rows["normal.Normal"] as Row;
  const d = () => dist.Normal({ mu: [0, 1], sigma: [1, 2] }) as Instance;
  return {
    [owner]() {
      expect(d()).toBeInstanceOf(dist.Distribution);
      expect(dist.Normal({ mu: 0, sigma: 1, reparameterized: false }).reparameterized).toBe(false);
      const trace = pyro.poutine.trace(() => pyro.sample("z", new Coins(2))).get_trace();
      expectClose(numbers(trace.log_pdf()), [-2 * LN2]);
      const site = trace.nodes.get("z") as pyro.poutine.SampleSite;
      expect([site.fn.event_shape(), site.fn.enumerable]).toEqual([[2], true]);
    },
    ...membersOf(owner, d, row),
    [`${owner}.__call__`]() {
      expect(numbers(dist.Delta({ v: [1, 2] }).sample())).toEqual([1, 2]);
      expect(numbers(dist.delta([1, 2]))).toEqual([1, 2]);
    },
    [`${owner}.enumerate_support`]() {
      expect(dist.Bernoulli({ ps: 0.5 }).enumerate_support().arraySync()).toEqual([0, 1]);
      expect(() => d().enumerate_support()).toThrow(/enumerateSupport/);
    },
  };
}

export const distributions: Calls = Object.assign(
  ofBase(),
  ...Object.entries(rows).map(([manual, row]) => ofRow(manual, row)),
);

/** y = 2x + 1, as the manual lets one write it. */
class Doubling extends dist.Bijector {
  call(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(x, 2), 1);
  }
  inverse(y: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(y, 1), 2);
  }
  logDetJacobian(y: tf.Tensor): tf.Tensor {
    return tf.fill(y.shape, LN2);
  }
}

const twice = () => dist.TransformedDistribution(dist.Normal([0, 0], 1), [new Doubling(), new Doubling()]);
/** y = 4x + 3 at y = 3, where x = 0. */
const TWICE = 2 * (-LOG_ROOT - Math.log(4));
const flow = () => dist.InverseAutoregressiveFlow(3, 8, { sigmoidBias: 1.5, permutation: [2, 0, 1] });

export const transformed: Calls = of("pyro.distributions.transformed_distribution.", {
  TransformedDistribution() {
    const single = dist.TransformedDistribution(dist.Normal(0, 1), new Doubling());
    expectClose(numbers(single.log_pdf(1)), [-LOG_ROOT - LN2]);
    expectClose(numbers(twice().log_pdf([3, 3])), [TWICE]);
  },
  "TransformedDistribution.batch_log_pdf"() {
    expectClose(numbers(twice().batch_log_pdf([[3, 3]])), [TWICE]);
  },
  "TransformedDistribution.batch_shape"() {
    expect(twice().batch_shape([[3, 3]])).toEqual([1]);
  },
  "TransformedDistribution.event_shape"() {
    expect(twice().event_shape()).toEqual([2]);
  },
  "TransformedDistribution.log_pdf"() {
    expectClose(numbers(twice().log_pdf([3, 3])), [TWICE]);
  },
  "TransformedDistribution.sample"() {
    const still = dist.TransformedDistribution(dist.Normal([0, 0], 1e-6), new Doubling());
    expectClose(numbers(still.sample()), [1, 1]);
  },
  Bijector() {
    expect(new Doubling()).toBeInstanceOf(dist.Bijector);
    expect(numbers(new Doubling().call(tf.scalar(2)))).toEqual([5]);
  },
  "Bijector.inverse"() {
    expect(numbers(new Doubling().inverse(tf.scalar(5)))).toEqual([2]);
  },
  "Bijector.log_det_jacobian"() {
    expectClose(numbers(new Doubling().log_det_jacobian(tf.scalar(5))), [LN2]);
  },
  InverseAutoregressiveFlow() {
    const steep = dist.InverseAutoregressiveFlow(2, 4, { sigmoidBias: 30, permutation: true });
    expectClose(numbers(steep.call([0.5, -2])), [0.5, -2]);
    expect(flow().call([1, 2, 3]).shape).toEqual([3]);
    const law = dist.TransformedDistribution(dist.Normal([0, 0, 0], 1), flow());
    expect(Number.isFinite(numbers(law.log_pdf(law.sample()))[0])).toBe(true);
  },
  "InverseAutoregressiveFlow.get_arn"() {
    const arn = flow().get_arn();
    expect(arn).toBeInstanceOf(pyro.nn.AutoRegressiveNN);
    expect(arn.get_permutation()).toEqual([2, 0, 1]);
  },
  "InverseAutoregressiveFlow.inverse"() {
    const iaf = flow();
    expectClose(numbers(iaf.inverse(iaf.call([1, -2, 0.5]))), [1, -2, 0.5]);
  },
  "InverseAutoregressiveFlow.log_det_jacobian"() {
    const iaf = flow();
    const x = [1, -2, 0.5];
    const volume = numbers(iaf.log_det_jacobian(iaf.call(x)))[0] as number;
    // The Jacobian is triangular in the order of the network: its determinant is the product of the diagonal.
    const diagonal = x.map((_, i) => {
      const slope = tf.grad((at: tf.Tensor) => tf.sum(tf.gather(iaf.call(at), [i])))(tf.tensor1d(x));
      return numbers(slope)[i] as number;
    });
    expectClose([volume], [Math.log(diagonal.reduce((a, b) => a * b))]);
  },
});

export const otherSpelling: Calls = {
  "pyro.distributions.InverseAutoRegressiveFlow"() {
    expect(dist.InverseAutoRegressiveFlow(2, 4)).toBeInstanceOf(dist.InverseAutoregressiveFlow);
  },
};
