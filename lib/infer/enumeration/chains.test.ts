/** Hidden Markov models whose states are summed out in parallel, against the forward algorithm in double precision. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { onBackends } from "../../distributions/testing/harness.ts";
import { clearParamStore, param, plate, sample } from "../../primitives.ts";
import { checkExact } from "../testing/exact-gradients.ts";
import { TraceEnum_ELBO } from "../trace-enum-elbo.ts";

const parallel = { infer: { enumerate: "parallel" as const } };
const K = 3;
const AT = { move: [0.5, -0.3, 0.1, -0.8, 0.9, 0, 0.2, -0.1, 0.6], locs: [-1, 0.5, 2] };
const sequence = (steps: number, phase = 0) =>
  Array.from({ length: steps }, (_, t) => 2 * Math.sin(1.3 * t + phase));

const logSum = (xs: number[]) => {
  const top = Math.max(...xs);
  return top + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - top), 0));
};
/** Minus the log evidence of some sequences; the first state is 0. */
function exactLoss(sequences: readonly (readonly number[])[]) {
  return ({ move, locs }: Record<string, number[]>) => {
    const rows = Array.from({ length: K }, (_, from) => (move ?? []).slice(K * from, K * from + K));
    const logP = rows.map((row) => row.map((x) => x - logSum(row)));
    const one = (seen: readonly number[]) => {
      let forward = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const x of seen) {
        forward = [0, 1, 2].map(
          (to) =>
            logSum(forward.map((f, from) => f + (logP[from]?.[to] as number))) -
            (x - (locs?.[to] as number)) ** 2 / 2 -
            0.5 * Math.log(2 * Math.PI),
        );
      }
      return logSum(forward);
    };
    return -sequences.reduce((sum, seen) => sum + one(seen), 0);
  };
}

/** One sequence, or several side by side in a plate. */
function hmm(sequences: readonly (readonly number[])[]) {
  const steps = sequences[0]?.length ?? 0;
  const walk = () => {
    const move = tf.reshape(param("move", AT.move), [K, K]);
    const locs = param("locs", AT.locs);
    let z: tf.Tensor = tf.scalar(0);
    for (let t = 0; t < steps; t++) {
      z = sample(`z${t}`, dist.Categorical({ logits: tf.gather(move, tf.cast(z, "int32")) }), parallel);
      const seen = sequences.map((xs) => xs[t] as number);
      const obs = seen.length === 1 ? (seen[0] as number) : seen;
      sample(`x${t}`, dist.Normal(tf.gather(locs, tf.cast(z, "int32")), 1), { obs });
    }
  };
  return sequences.length === 1 ? walk : () => plate("sequences", sequences.length, walk);
}

beforeEach(() => clearParamStore());

await onBackends(["cpu", "tensorflow"], () => {
  it.each([1, 3, 24])("a chain of %i states has the gradients of the forward algorithm", (steps) => {
    const sequences = [sequence(steps)];
    checkExact(hmm(sequences), () => {}, exactLoss(sequences), AT);
  });

  it("chains side by side in a plate are each summed out", () => {
    const sequences = [sequence(6), sequence(6, 1), sequence(6, 2), sequence(6, 4)];
    checkExact(hmm(sequences), () => {}, exactLoss(sequences), AT);
  });
});

await onBackends(["wasm"], () => {
  it("a short chain is right, and a long one is refused", () => {
    const short = [sequence(4)];
    checkExact(hmm(short), () => {}, exactLoss(short), AT);
    clearParamStore();
    expect(() => new TraceEnum_ELBO().loss(hmm([sequence(9)]), () => {})).toThrow(
      /"z5" cannot be enumerated[\s\S]*wasm[\s\S]*TSPYRO_BACKEND/,
    );
  });
});

describe("a mixture in two plates", () => {
  it("shares its components' shares between groups, and sums each element out", () => {
    // Groups j with weights of their own, elements i: z[i, j] ~ Categorical(weights[j]), x[i, j] ~ N(locs[z], 1).
    const data = [
      [0.3, -1],
      [1.8, 2.2],
      [0.1, 0.4],
    ];
    const at = { weights: [0.2, -0.4, 0.9, 0.1], locs: [-0.5, 1.5] };
    const model = () => {
      const weights = tf.reshape(param("weights", at.weights), [2, 2]);
      const locs = param("locs", at.locs);
      plate("groups", 2, { dim: -1 }, () =>
        plate("elements", 3, { dim: -2 }, () => {
          const z = sample("z", dist.Categorical({ logits: weights }), parallel);
          sample("x", dist.Normal(tf.gather(locs, tf.cast(z, "int32")), 1), { obs: data });
        }),
      );
    };
    const exact = ({ weights, locs }: Record<string, number[]>) =>
      -data.flat().reduce((sum, x, i) => {
        const row = (weights ?? []).slice(2 * (i % 2), 2 * (i % 2) + 2);
        const terms = row.map((w, k) => w - logSum(row) - (x - (locs?.[k] as number)) ** 2 / 2);
        return sum + logSum(terms) - 0.5 * Math.log(2 * Math.PI);
      }, 0);
    checkExact(model, () => {}, exact, at);
  });
});
