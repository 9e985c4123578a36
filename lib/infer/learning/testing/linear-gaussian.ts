/**
 * Networks of normal variables, each centred on its parent, some of them measured: chains and trees. The posterior is
 * normal, so in whatever order a guide visits the variables, each is a regression on those visited before. The
 * coefficients come from the posterior's precision matrix, in double precision.
 */
import * as tf from "@tensorflow/tfjs-core";
import * as dist from "../../../distributions/index.ts";
import type { Baseline } from "../../../poutine/message.ts";
import { param, plate, sample } from "../../../primitives.ts";
import type { Unconstrained } from "./learn.ts";

export interface Node {
  readonly name: string;
  /** The node that this one is centred on; the root is centred on a number. */
  readonly parent: string | number;
  /** One over the variance given the parent. */
  readonly precision: number;
  /** Measurements centred on the node, each with the same precision. */
  readonly data?: { readonly values: readonly number[]; readonly precision: number };
}

/** One variable given those visited before it: weights · before + loc, and a standard deviation. */
export interface Regression {
  readonly name: string;
  readonly before: readonly string[];
  readonly weights: readonly number[];
  readonly loc: number;
  readonly scale: number;
}

/** The model, its latent nodes visited in an order in which parents come first. */
export function modelOf(nodes: readonly Node[]): () => void {
  return () => {
    const values = new Map<string, tf.Tensor>();
    for (const { name, parent, precision, data } of nodes) {
      const centre = typeof parent === "number" ? parent : (values.get(parent) as tf.Tensor);
      const z = sample(name, dist.Normal(centre, precision ** -0.5));
      values.set(name, z);
      if (data === undefined) continue;
      plate(`${name}_data`, data.values.length, () =>
        sample(`${name}_x`, dist.Normal(z, data.precision ** -0.5), { obs: [...data.values] }),
      );
    }
  };
}

/** The exact posterior as regressions, for a guide that visits the nodes in some order. */
export function posteriorOf(nodes: readonly Node[], order: readonly string[]): Regression[] {
  const { precision, linear } = jointOf(nodes, order);
  // Integrating out the last variable leaves a normal of the others: so the regressions come out last to first.
  const found: Regression[] = [];
  for (let last = order.length - 1; last >= 0; last--) {
    const row = precision[last] as number[];
    const own = row[last] as number;
    const related = order.flatMap((name, j) =>
      j < last && Math.abs(row[j] as number) > 1e-12 ? [{ name, j }] : [],
    );
    found.unshift({
      name: order[last] as string,
      before: related.map(({ name }) => name),
      weights: related.map(({ j }) => -(row[j] as number) / own),
      loc: (linear[last] as number) / own,
      scale: own ** -0.5,
    });
    for (let i = 0; i < last; i++) {
      const share = (row[i] as number) / own;
      linear[i] = (linear[i] as number) - share * (linear[last] as number);
      for (let j = 0; j < last; j++)
        at(precision, i)[j] = (at(precision, i)[j] as number) - share * (row[j] as number);
    }
  }
  return found;
}

const at = (matrix: number[][], i: number) => matrix[i] as number[];

/** The posterior's log-density is -z'Pz/2 + h'z: P and h in the guide's order. */
function jointOf(nodes: readonly Node[], order: readonly string[]) {
  const n = order.length;
  const precision = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const linear = new Array<number>(n).fill(0);
  const add = (i: number, j: number, by: number) => {
    at(precision, i)[j] = (at(precision, i)[j] as number) + by;
  };
  for (const { name, parent, precision: p, data } of nodes) {
    const i = order.indexOf(name);
    const measured = data?.precision ?? 0;
    add(i, i, p + measured * (data?.values.length ?? 0));
    linear[i] = (linear[i] as number) + measured * (data?.values ?? []).reduce((sum, x) => sum + x, 0);
    if (typeof parent === "number") {
      linear[i] = (linear[i] as number) + p * parent;
      continue;
    }
    const j = order.indexOf(parent);
    add(j, j, p);
    add(i, j, -p);
    add(j, i, -p);
  }
  return { precision, linear };
}

/** All parameters of the guide, three vectors: locations, logarithms of scales, weights of all regressions in turn. */
export function targetsOf(posterior: readonly Regression[]): Unconstrained {
  return {
    loc: posterior.map(({ loc }) => loc),
    scale: posterior.map(({ scale }) => Math.log(scale)),
    weights: posterior.flatMap(({ weights }) => weights),
  };
}

export interface GuideOptions {
  /** Whether a node has a path derivative. */
  readonly reparameterized: (name: string) => boolean;
  readonly baseline?: Baseline;
}

/**
 * A guide of the posterior's family.
 * @param start what its parameters start at, unconstrained
 */
export function guideOf(
  posterior: readonly Regression[],
  start: Unconstrained,
  { reparameterized, baseline }: GuideOptions,
): () => void {
  const options = baseline === undefined ? {} : { baseline };
  return () => {
    const locs = tf.unstack(param("loc", [...(start.loc ?? [])]));
    const positive = { constraint: dist.constraints.positive };
    const scales = tf.unstack(param("scale", (start.scale ?? []).map(Math.exp), positive));
    // A copy: the tape keeps the array that unstack returns.
    const weights = [...tf.unstack(param("weights", [...(start.weights ?? [])]))];
    const values = new Map<string, tf.Tensor>();
    for (const [i, { name, before }] of posterior.entries()) {
      const mean = before.reduce(
        (sum, other) => tf.add(sum, tf.mul(weights.shift() as tf.Tensor, values.get(other) as tf.Tensor)),
        locs[i] as tf.Tensor,
      );
      const law = dist.Normal(mean, scales[i] as tf.Tensor, { reparameterized: reparameterized(name) });
      values.set(name, sample(name, law, options));
    }
  };
}
