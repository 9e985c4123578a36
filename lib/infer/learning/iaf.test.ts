/**
 * Inverse autoregressive flows as guides, on posteriors that independent normals cannot follow. The log evidence, which
 * no ELBO may exceed, is computed on a grid.
 */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as optim from "../../optim/index.ts";
import { clearParamStore, module, observe, param, plate, sample, setRngSeed } from "../../primitives.ts";
import * as tf from "../../tf.ts";
import { Trace_ELBO } from "../index.ts";
import { SVI } from "../svi.ts";

// Plain JavaScript is the fastest core where tensors are this small.
beforeAll(() => tf.setBackend("cpu"));
afterEach(() => clearParamStore());

/** What is measured of the two latent numbers, and how exactly: that bends the posterior. */
interface Target {
  readonly name: string;
  readonly measure: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  readonly onHost: (a: number, b: number) => number;
  readonly measured: number;
  readonly sd: number;
  /** How much better the flow has to be than independent normals, in nats. */
  readonly better: number;
  /** How near to the evidence both have to come: the normals too are to be as good as they can. */
  readonly gap: number;
  readonly simpleGap: number;
}

const targets: Target[] = [
  {
    name: "a narrow ridge",
    measure: (a, b) => tf.add(a, b),
    onHost: (a, b) => a + b,
    measured: 1,
    sd: 0.1,
    // Independent normals lose log(101 / sqrt(201)) = 1.96 nats here, at best.
    better: 1.8,
    gap: 0.1,
    simpleGap: 2.05,
  },
  {
    name: "a banana",
    measure: (a, b) => tf.sub(b, tf.square(a)),
    onHost: (a, b) => b - a * a,
    measured: -1,
    sd: 0.2,
    better: 0.8,
    gap: 0.15,
    simpleGap: 1.1,
  },
];

/** log of the integral of prior times likelihood, by the rectangle rule, which is exact for such smooth functions. */
function logEvidence({ onHost, measured, sd }: Target): number {
  const normal = (v: number, loc: number, s: number) =>
    Math.exp(-0.5 * ((v - loc) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
  const step = 0.02;
  let sum = 0;
  for (let a = -7; a < 7; a += step) {
    for (let b = -7; b < 7; b += step) {
      sum += normal(a, 0, 1) * normal(b, 0, 1) * normal(measured, onHost(a, b), sd) * step * step;
    }
  }
  return Math.log(sum);
}

const DRAWS = 32;

/** The model, many times at once: a step has the gradient of so many independent draws. */
const modelOf =
  ({ measure, measured, sd }: Target, draws = DRAWS) =>
  () =>
    plate("copies", draws, () => {
      const z = sample("z", dist.Normal([0, 0], 1).toEvent(1));
      const [a, b] = tf.unstack(z, -1) as [tf.Tensor, tf.Tensor];
      observe("x", dist.Normal(measure(a, b), sd), measured);
    });

function independent(draws = DRAWS) {
  const loc = param("loc", [0, 0]);
  const scale = param("scale", [1, 1], { constraint: dist.constraints.positive });
  plate("copies", draws, () => sample("z", dist.Normal(loc, scale).toEvent(1)));
}

function flowing() {
  const flows = [
    dist.InverseAutoregressiveFlow(2, 24, { permutation: [0, 1] }),
    dist.InverseAutoregressiveFlow(2, 24, { permutation: [1, 0] }),
  ];
  return (draws = DRAWS) => {
    const loc = param("loc", [0, 0]);
    const scale = param("scale", [1, 1], { constraint: dist.constraints.positive });
    const bijectors = flows.map((flow, i) => module(`flow${i}`, flow));
    const base = dist.Normal(loc, scale);
    plate("copies", draws, () => sample("z", dist.TransformedDistribution(base, bijectors)));
  };
}

/** Trains a guide; the ELBO of one draw, from many. */
async function elboOf(
  target: Target,
  guide: (draws?: number) => unknown,
  { steps, lr }: { steps: number; lr: number },
): Promise<number> {
  const adam = new optim.ClippedAdam({ lr, lrd: 0.05 ** (1 / steps) });
  const svi = new SVI(modelOf(target), () => guide(), adam, new Trace_ELBO());
  await svi.run(steps, { progress: false });
  const many = 20_000;
  const loss = new Trace_ELBO().loss(modelOf(target, many), () => guide(many));
  clearParamStore();
  return -loss / many;
}

describe.each(targets)("on $name", (target) => {
  test("a flow comes nearer to the evidence than independent normals", async () => {
    const evidence = logEvidence(target);
    setRngSeed(2);
    const [simple, flow] = [
      await elboOf(target, independent, { steps: 400, lr: 0.05 }),
      await elboOf(target, flowing(), { steps: 400, lr: 0.02 }),
    ];
    // 20 000 draws: the standard error of either is below 0.02.
    expect(flow).toBeLessThan(evidence + 0.05);
    expect(flow).toBeGreaterThan(evidence - target.gap);
    expect(flow - simple).toBeGreaterThan(target.better);
    expect(simple).toBeGreaterThan(evidence - target.simpleGap);
  }, 120_000);
});
