import { calibration } from "../views/calibration.ts";
import type { NumberDraws } from "../views/draws.ts";
import { forest } from "../views/forest.ts";
import { type OptimizerPathData, optimizerPath } from "../views/optimizer-path.ts";
import { pairs } from "../views/pairs.ts";
import { posterior } from "../views/posterior.ts";
import { predictive } from "../views/predictive.ts";
import { rank } from "../views/rank.ts";
import type { ViewOptions } from "../views/svg.ts";
import { traces } from "../views/traces.ts";
import { attack } from "./draw.ts";

/** Fixed draws for the pictures of results, the same on every machine. */
export class Draws {
  #state: number;
  constructor(seed = 1) {
    this.#state = seed;
  }

  uniform(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state + 0.5) / 2 ** 32;
  }
  normal(): number {
    // Irwin and Hall's sum of twelve.
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum;
  }
  normals(n: number, mean = 0, sd = 1): Float64Array {
    return Float64Array.from({ length: n }, () => mean + sd * this.normal());
  }
  /** A chain that remembers: autocorrelation `rho`. */
  chain(n: number, mean = 0, sd = 1, rho = 0.5): Float64Array {
    let at = this.normal();
    return Float64Array.from({ length: n }, () => {
      at = rho * at + Math.sqrt(1 - rho * rho) * this.normal();
      return mean + sd * at;
    });
  }
}

const d = new Draws(3);
const four = (mean: number, sd: number, n = 200) => [0, 1, 2, 3].map(() => d.chain(n, mean, sd));
const mu: NumberDraws = { name: "mu", chains: four(4.4, 3.3) };
const tau: NumberDraws = {
  name: "tau",
  chains: mu.chains.map((chain) =>
    Float64Array.from(chain, (m) => Math.abs(1.5 * d.normal() * (1 + 0.35 * Math.abs(m)))),
  ),
};
const theta: NumberDraws[] = [0, 1, 2, 3, 4, 5, 6, 7].map((school) => ({
  name: `theta[${school}]`,
  chains: mu.chains.map((chain, k) =>
    Float64Array.from(chain, (m, i) => m + (tau.chains[k]?.[i] ?? 1) * d.normal() + (school === 0 ? 2 : 0)),
  ),
}));
const diverging = tau.chains.map((chain) => Uint8Array.from(chain, (t) => (t < 0.06 ? 1 : 0)));
const counts: NumberDraws = {
  name: "n",
  chains: [Float64Array.from({ length: 600 }, () => Math.floor(8 * d.uniform() * d.uniform()))],
};
const fairness: NumberDraws = {
  name: "fairness",
  chains: [Float64Array.from({ length: 1000 }, () => d.uniform() ** 0.2)],
};
const heavy: NumberDraws = {
  name: "heavy",
  chains: [Float64Array.from({ length: 2000 }, () => Math.tan(3.13 * (d.uniform() - 0.5)))],
};
const bad: NumberDraws[] = [
  { name: attack, chains: [[Number.NaN, Number.POSITIVE_INFINITY, Number.NaN]] },
  {
    name: "half",
    chains: [Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? Number.NaN : d.normal()))],
  },
  { name: "same", chains: [new Float64Array(100).fill(3)] },
];
const one: NumberDraws[] = [{ name: "mu", chains: [[2.5]] }];
const none: NumberDraws[] = [{ name: "mu", chains: [] }];
let huge: NumberDraws[] | undefined;
const hugeDraws = () => {
  const own = new Draws(9);
  huge ??= Array.from(
    { length: 4 },
    (_, k): NumberDraws => ({
      name: k === 0 ? attack : `a_long_name_of_a_number_in_a_model.weights[${k},10]`,
      chains: [0, 1].map(() =>
        Float64Array.from({ length: 125_000 }, () => 1e6 * (own.uniform() + own.uniform() + k)),
      ),
    }),
  );
  return huge;
};

const x = Float64Array.from({ length: 60 }, (_, i) => i / 6);
const line = (noise: number) => Float64Array.from(x, (at) => 1 + 0.8 * at + noise * d.normal());
const lines = Array.from({ length: 200 }, () => {
  const [a, b] = [1 + 0.3 * d.normal(), 0.8 + 0.06 * d.normal()];
  return Float64Array.from(x, (at) => a + b * at + d.normal());
});
const poisson = (n: number, rate: number) =>
  Float64Array.from({ length: n }, () => {
    let [k, p] = [0, d.uniform()];
    while (p > Math.exp(-rate)) {
      p *= d.uniform();
      k++;
    }
    return k;
  });
const observed = line(1.1);
const statistic = (name: string, of: (values: ArrayLike<number>) => number) => ({
  name,
  draws: lines.map(of),
  observed: of(observed),
});
const ranksOf = (n: number, draws: number, shape: (u: number) => number) =>
  Float64Array.from({ length: n }, () => Math.floor(shape(d.uniform()) * (draws + 1)));

type Draw = (options: ViewOptions) => Element;

/** The pictures of results, by the name of their snapshot. */
export const resultCases: Record<string, Draw> = {
  "posterior-one": (o) => posterior({ numbers: [{ ...mu, prior: [d2.prior], truth: 5 }] }, o),
  "posterior-several": (o) =>
    posterior(
      {
        numbers: [
          { ...mu, prior: [d2.prior], truth: 5 },
          tau,
          fairness,
          counts,
          heavy,
          { ...(theta[0] as NumberDraws), prior: [d2.wide] },
        ],
        more: 12,
        prob: 0.5,
      },
      o,
    ),
  "posterior-nan": (o) => posterior({ numbers: bad }, o),
  "posterior-one-point": (o) => posterior({ numbers: one }, o),
  "posterior-empty": (o) => posterior({ numbers: [] }, o),
  "posterior-narrow": (o) => posterior({ numbers: [mu, tau, fairness] }, { ...o, width: 320 }),
  "forest-one": (o) => forest({ series: [{ name: "", numbers: [mu, tau, ...theta] }], reference: 0 }, o),
  "forest-models": (o) =>
    forest(
      {
        series: [
          { name: "centred", numbers: theta },
          {
            name: attack,
            numbers: theta.slice(0, 6).map(({ name, chains }) => ({
              name,
              chains: chains.map((c) => Float64Array.from(c, (v) => v + 1)),
            })),
          },
        ],
        label: "effect (points)",
      },
      o,
    ),
  "forest-nan": (o) => forest({ series: [{ name: "", numbers: bad }] }, o),
  "forest-one-point": (o) => forest({ series: [{ name: "", numbers: one }] }, o),
  "forest-empty": (o) => forest({ series: [] }, o),
  "pairs-divergent": (o) =>
    pairs(
      {
        numbers: [
          mu,
          { name: "log tau", chains: tau.chains.map((c) => Float64Array.from(c, Math.log)) },
          ...theta.slice(0, 2),
        ],
        diverging,
      },
      o,
    ),
  "pairs-two": (o) => pairs({ numbers: [mu, tau] }, o),
  "pairs-nan": (o) => pairs({ numbers: bad }, o),
  "pairs-one-point": (o) => pairs({ numbers: [...one, { name: attack, chains: [[1]] }] }, o),
  "pairs-empty": (o) => pairs({ numbers: [] }, o),
  "rank-four": (o) =>
    rank(
      {
        numbers: [
          mu,
          { name: "stuck", chains: four(0, 1).map((c, i) => c.map((v) => v + (i === 3 ? 1 : 0))) },
          counts4,
        ],
        more: 7,
      },
      o,
    ),
  "rank-nan": (o) => rank({ numbers: bad }, o),
  "rank-one-point": (o) => rank({ numbers: one }, o),
  "rank-empty": (o) => rank({ numbers: [] }, o),
  "traces-four": (o) => traces({ numbers: [mu, tau, theta[0] as NumberDraws], diverging }, o),
  "traces-nan": (o) => traces({ numbers: bad }, o),
  "traces-one-point": (o) => traces({ numbers: one }, o),
  "traces-empty": (o) => traces({ numbers: none }, o),
  "predictive-along": (o) =>
    predictive(
      {
        draws: lines,
        observed,
        x,
        xLabel: "time (s)",
        label: "distance (m)",
        statistics: [
          statistic("greatest", (v) => Math.max(...Array.from(v))),
          statistic("mean", (v) => Array.from(v).reduce((a, b) => a + b, 0) / v.length),
          statistic(attack, (v) => v[0] as number),
        ],
      },
      o,
    ),
  "predictive-densities": (o) => predictive({ draws: lines, observed, label: "distance (m)" }, o),
  "predictive-counts": (o) =>
    predictive({ draws: countSets, observed: countData, label: "goals in a game" }, o),
  "predictive-nan": (o) =>
    predictive(
      {
        draws: [
          [Number.NaN, 1, 2],
          [3, Number.NaN, 1.5],
        ],
        observed: [Number.NaN, 1, 2],
        x: [0, 1, 2],
        statistics: [{ name: "t", draws: [Number.NaN], observed: Number.NaN }],
      },
      o,
    ),
  "predictive-one-point": (o) => predictive({ draws: [[2], [3], [2.5]], observed: [2.2], x: [1] }, o),
  "predictive-empty": (o) => predictive({ draws: [], observed: [] }, o),
  "calibration-two": (o) =>
    calibration(
      {
        series: [
          { name: "mu", ranks: flat, draws: 99 },
          { name: attack, ranks: narrow, draws: 99 },
        ],
      },
      o,
    ),
  "calibration-one": (o) =>
    calibration({ series: [{ name: "", ranks: flat, draws: 99 }] }, { ...o, width: 400 }),
  "calibration-nan": (o) => calibration({ series: [{ name: "mu", ranks: [Number.NaN], draws: 9 }] }, o),
  "calibration-one-point": (o) => calibration({ series: [{ name: "mu", ranks: [4], draws: 9 }] }, o),
  "path-three": (o) => optimizerPath(valley, o),
  "path-nan": (o) =>
    optimizerPath(
      {
        ...valley,
        surface: { ...valley.surface, values: new Float32Array(900).fill(Number.NaN) },
        paths: [{ name: attack, x: [1, Number.NaN], y: [1, 2], loss: [1, Number.NaN] }],
      },
      o,
    ),
  "path-one-point": (o) =>
    optimizerPath({ ...valley, paths: [{ name: "Adam", x: [1], y: [1], loss: [2] }] }, o),
  "path-empty": (o) =>
    optimizerPath({ surface: { values: [], columns: 0, x: [0, 1], y: [0, 1] }, paths: [] }, o),
  "calibration-empty": (o) => calibration({ series: [] }, o),
};

const d2 = { prior: new Draws(5).normals(2000, 0, 5), wide: new Draws(6).normals(2000, 0, 200) };
const counts4: NumberDraws = { name: "counts (ties)", chains: [0, 1, 2, 3].map(() => poisson(500, 2)) };
const countData = poisson(80, 3);
const countSets = Array.from({ length: 150 }, () => poisson(80, 2.6));
const flat = ranksOf(400, 99, (u) => u);
const narrow = ranksOf(400, 99, (u) => (u < 0.5 ? (2 * u) ** 1.6 / 2 : 1 - (2 * (1 - u)) ** 1.6 / 2));

/** Gradient descent with and without momentum in a bent valley. */
const banana = (a: number, b: number) => (1 - a) ** 2 + 10 * (b - a * a) ** 2;
const descend = (name: string, rate: number, momentum: number): OptimizerPathData["paths"][number] => {
  let [a, b, va, vb] = [-1.5, 2.5, 0, 0];
  const path = { name, x: [a], y: [b], loss: [banana(a, b)] };
  for (let i = 0; i < 150; i++) {
    const ga = -2 * (1 - a) - 40 * a * (b - a * a);
    const gb = 20 * (b - a * a);
    [va, vb] = [momentum * va - rate * ga, momentum * vb - rate * gb];
    [a, b] = [a + va, b + vb];
    path.x.push(a);
    path.y.push(b);
    path.loss.push(banana(a, b));
  }
  return path;
};
const valley: OptimizerPathData = {
  surface: {
    values: Float32Array.from({ length: 900 }, (_, i) =>
      banana(-2 + ((i % 30) + 0.5) / 7.5, -1 + (Math.floor(i / 30) + 0.5) / 7.5),
    ),
    columns: 30,
    x: [-2, 2],
    y: [-1, 3],
  },
  paths: [descend("gradient descent", 0.01, 0), descend("momentum", 0.005, 0.9), descend(attack, 0.002, 0)],
};

/** A million draws: drawn in a moment, and no larger as a file. */
export const hugeCases: Record<string, Draw> = {
  posterior: (o) => posterior({ numbers: hugeDraws() }, o),
  forest: (o) => forest({ series: [{ name: "", numbers: hugeDraws() }] }, o),
  pairs: (o) => pairs({ numbers: hugeDraws() }, o),
  rank: (o) => rank({ numbers: hugeDraws() }, o),
  traces: (o) => traces({ numbers: hugeDraws() }, o),
  predictive: (o) =>
    predictive(
      { draws: Array.from({ length: 2000 }, (_, i) => d3.normals(500, i % 7)), observed: d3.normals(500) },
      o,
    ),
  calibration: (o) =>
    calibration(
      {
        series: [
          { name: "a", ranks: Float64Array.from({ length: 100_000 }, (_, i) => i % 1000), draws: 999 },
        ],
      },
      o,
    ),
};
const d3 = new Draws(11);
