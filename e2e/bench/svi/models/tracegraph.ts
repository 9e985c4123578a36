import * as tf from "@tensorflow/tfjs-core";
import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { Draws, filled, fixed, made, tensor } from "../fixed.ts";

const POINTS = 100;
const COMPONENTS = 4;
const init = { logits: filled([POINTS, COMPONENTS], 0) };

function mixture() {
  const draws = new Draws(100);
  const centres = [-3, -1, 1, 3];
  const point = (i: number) => (centres[i % COMPONENTS] ?? 0) + draws.normal();
  return {
    centres: fixed([COMPONENTS], centres),
    weights: fixed([COMPONENTS], [0.4, 0.3, 0.2, 0.1]),
    points: made([POINTS], point),
  };
}

/** A hundred assignments to the components of a mixture: discrete, so learned by score functions. */
export const tracegraph: SviCase = {
  name: "tracegraph",
  title: "TraceGraph, 100 categorical sites in a plate",
  data: mixture(),
  init,
  loss: "TraceGraph_ELBO",
  adam: { lr: 0.01, betas: [0.9, 0.999] },
  piece: 2000,
  /** Logits have a direction that changes nothing: probabilities are what can agree. */
  summary: ({ logits = [] }) => ({ probs: softmax(logits) }),
  model(centres, weights, points) {
    plate("points", POINTS, () => {
      const z = sample("z", new dist.Categorical(weights as tf.Tensor));
      const centre = tf.gather(centres as tf.Tensor, tf.cast(z, "int32"));
      sample("x", new dist.Normal(centre, 1), { obs: points });
    });
  },
  guide() {
    const logits = param("logits", () => tensor(init.logits));
    plate("points", POINTS, () => sample("z", new dist.Categorical({ logits })));
  },
};

function softmax(logits: readonly number[]): number[] {
  return logits.map((logit, i) => {
    const row = logits.slice(i - (i % COMPONENTS), i - (i % COMPONENTS) + COMPONENTS);
    return 1 / row.reduce((sum, other) => sum + Math.exp(other - logit), 0);
  });
}
