/**
 * Gamma and Beta, and what is made of them, where float32 runs out: shapes from .01 to 1e5, and Beta down to .05. No draw
 * has an infinite density, and gradients stay right.
 */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import * as dist from "./index.ts";
import { gradients, numbers, onBackends } from "./testing/harness.ts";

const SHAPES = [0.01, 0.02, 0.05, 0.1, 0.3, 1, 3, 30, 1e3, 1e4, 1e5];
const BETAS = [0.05, 0.1, 0.5, 1, 4, 100];
const PAIRS = BETAS.flatMap((a) => BETAS.map((b) => [a, b] as const));
const DRAWS = 20_000;
const finite = (x: tf.Tensor) => numbers(x).every(Number.isFinite);

/** Mean of some numbers with its standard error. */
function meanOf(x: tf.Tensor): { mean: number; error: number } {
  const { mean, variance } = tf.moments(x);
  return {
    mean: numbers(mean)[0] as number,
    error: Math.sqrt((numbers(variance)[0] as number) / (x.shape[0] ?? 1)),
  };
}

/** Draws, their densities, and the slopes of both: all of them numbers. */
function expectFinite(
  make: (p: Record<string, unknown>) => dist.Distribution,
  params: Record<string, number>,
): void {
  const x = make(params).sample([DRAWS]);
  expect(make(params).support.check(x)).toBe(true);
  expect(finite(x)).toBe(true);
  expect(finite(make(params).logProb(x)), "log-densities of draws").toBe(true);
  // A parameter for each draw, so that slopes are not summed over draws, which may overflow.
  const names = Object.keys(params);
  const each = Object.fromEntries(names.map((name) => [name, tf.fill([DRAWS], params[name] as number)]));
  const slopes = {
    scores: gradients(each, names, (p) => make(p).logProb(x)),
    "path derivatives": gradients(each, names, (p) => make(p).rsample()),
    // What an ELBO differentiates: the density of a draw, along the draw.
    both: gradients(each, names, (p) => make(p).logProb(make(p).rsample())),
  };
  for (const [kind, grads] of Object.entries(slopes)) {
    for (const name of names)
      expect(finite(grads[name] as tf.Tensor), `${make(params)}: ${kind} in ${name}`).toBe(true);
  }
}

const gamma = (p: Record<string, unknown>) => dist.Gamma(p as never);
const beta = (p: Record<string, unknown>) => dist.Beta(p as never);

await onBackends(["cpu", "tensorflow", "wasm"], () => {
  it.each(SHAPES)("Gamma(%d, 2): draws have finite densities and slopes", (concentration) => {
    expectFinite(gamma, { concentration, rate: 2 });
    expectFinite((p) => dist.InverseGamma(p as never), { concentration, rate: 2 });
    expectFinite((p) => dist.Chi2(p as never), { df: 2 * concentration });
  });

  it.each(PAIRS)("Beta(%d, %d): draws have finite densities and slopes", (concentration1, concentration0) => {
    expectFinite(beta, { concentration1, concentration0 });
  });

  it.each<[string, (p: Record<string, unknown>) => dist.Distribution, Record<string, number>]>([
    ["LogNormal", (p) => dist.LogNormal(p as never), { loc: 0, scale: 30 }],
    ["Pareto", (p) => dist.Pareto(p as never), { scale: 1, alpha: 0.02 }],
    ["Weibull", (p) => dist.Weibull(p as never), { scale: 1, concentration: 0.02 }],
    ["StudentT", (p) => dist.StudentT(p as never), { df: 0.05, loc: 0, scale: 1 }],
    ["StudentT", (p) => dist.StudentT(p as never), { df: 0.01, loc: 0, scale: 1 }],
    ["Kumaraswamy", (p) => dist.Kumaraswamy(p as never), { concentration1: 0.05, concentration0: 0.05 }],
  ])("%s with tails that float32 cannot hold: finite densities and slopes", (_name, make, params) => {
    expectFinite(make, params);
  });

  it("Dirichlet(.05, .05, 1): draws have finite densities and slopes", () => {
    const make = (p: { concentration: tf.Tensor | number[] }) => dist.Dirichlet(p.concentration);
    const at = { concentration: [0.05, 0.05, 1] };
    const x = make(at).sample([DRAWS]);
    expect(finite(make(at).logProb(x))).toBe(true);
    const grad = tf.grad((c: tf.Tensor) => {
      const d = make({ concentration: c });
      return tf.sum(d.logProb(d.rsample([DRAWS])));
    })(tf.tensor1d(at.concentration));
    expect(finite(grad)).toBe(true);
  });
});

await onBackends(["cpu"], () => {
  it.each(SHAPES)("Gamma(%d): the path derivative of the mean is 1", (concentration) => {
    const d = (c: tf.Tensor) => dist.Gamma(c, 1);
    const slopes = tf.grad((c: tf.Tensor) => tf.sum(d(c).rsample()))(tf.fill([DRAWS], concentration));
    const { mean, error } = meanOf(slopes);
    // Five standard errors, measured from the same draws.
    expect(Math.abs(mean - 1)).toBeLessThan(5 * error + 1e-5);
  });

  it.each(PAIRS)("Beta(%d, %d): the path derivatives of the mean are those of a / (a + b)", (a, b) => {
    const total = (x: tf.Tensor, y: tf.Tensor) => tf.sum(dist.Beta(x, y).rsample());
    const [da, db] = tf.grads(total)([tf.fill([DRAWS], a), tf.fill([DRAWS], b)]) as [tf.Tensor, tf.Tensor];
    for (const [slopes, exact] of [
      [da, b / (a + b) ** 2],
      [db, -a / (a + b) ** 2],
    ] as const) {
      const { mean, error } = meanOf(slopes);
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error + 1e-4 * Math.abs(exact));
    }
  });

  // Of Gamma(.01) 42 % are less than float32's smallest number, of Gamma(.02) 17 %: those draws are kept at it.
  it.each(SHAPES.filter((shape) => shape >= 0.05))("Gamma(%d): scores have mean 0", (concentration) => {
    const x = dist.Gamma(concentration, 1).sample([DRAWS]);
    const scores = tf.grad((c: tf.Tensor) => tf.sum(dist.Gamma(c, 1).logProb(x)))(
      tf.fill([DRAWS], concentration),
    );
    const { mean, error } = meanOf(scores);
    // Digamma and logarithms near 11 in float32 leave 1e-6 of themselves; draws that end at 2^-126 a little more.
    expect(Math.abs(mean)).toBeLessThan(5 * error + 1e-5);
  });
});
