import * as tf from "@tensorflow/tfjs-core";
import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { Draws, filled, made, tensor } from "../fixed.ts";

const { positive } = dist.constraints;
const ROWS = 10_000;
const COLUMNS = 50;
const BATCH = 256;
const init = { loc: filled([COLUMNS], 0), scale: filled([COLUMNS], 0.1) };

function labelled() {
  const draws = new Draws(10_050);
  const x = made([ROWS, COLUMNS], () => draws.normal());
  const weights = Array.from({ length: COLUMNS }, () => 0.4 * draws.normal());
  const y = made([ROWS], (i) => {
    const logit = weights.reduce((sum, w, j) => sum + w * (x.values[i * COLUMNS + j] ?? 0), 0);
    return draws.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { x, y };
}

const data = labelled();

function prior(): tf.Tensor {
  return sample("w", new dist.Normal(tf.zeros([COLUMNS]), 1).toEvent(1));
}

function guide(): void {
  const loc = param("loc", () => tensor(init.loc));
  const scale = param("scale", () => tensor(init.scale), { constraint: positive });
  sample("w", new dist.Normal(loc, scale).toEvent(1));
}

const logitsOf = (x: tf.Tensor, w: tf.Tensor) => tf.reshape(tf.matMul(x, tf.reshape(w, [COLUMNS, 1])), [-1]);

/** Logistic regression on every row at once. */
export const logistic: SviCase = {
  name: "logistic",
  title: "logistic regression 10 000 x 50",
  data,
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.002, betas: [0.9, 0.999] },
  piece: 200,
  model(x, y) {
    const w = prior();
    plate("data", ROWS, () => {
      sample("y", new dist.Bernoulli({ logits: logitsOf(x as tf.Tensor, w) }), { obs: y });
    });
  },
  guide,
};

/** The same, where a step sees 256 rows. */
export const logisticSubsample: SviCase = {
  ...logistic,
  name: "logistic_subsample",
  title: "logistic regression, subsample 256",
  piece: 500,
  model(x, y) {
    const w = prior();
    plate("data", ROWS, { subsampleSize: BATCH }, (indices) => {
      const logits = logitsOf(tf.gather(x as tf.Tensor, indices), w);
      sample("y", new dist.Bernoulli({ logits }), { obs: tf.gather(y as tf.Tensor, indices) });
    });
  },
};
