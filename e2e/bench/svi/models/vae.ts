import * as tf from "@tensorflow/tfjs-core";
import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { Draws, type Fixed, filled, made, tensor } from "../fixed.ts";

const [PIXELS, HIDDEN, LATENT, BATCH] = [784, 400, 20, 128];
const SIDE = 28;

/** Uniform within one over the root of the number of inputs, as PyTorch's layers start. */
function weights(): Readonly<Record<string, Fixed>> {
  const draws = new Draws(784);
  const layer = (name: string, inputs: number, outputs: number): [string, Fixed][] => {
    const bound = 1 / Math.sqrt(inputs);
    return [
      [`${name}_w`, made([inputs, outputs], () => bound * (2 * draws.uniform() - 1))],
      [`${name}_b`, filled([outputs], 0)],
    ];
  };
  return Object.fromEntries([
    ...layer("encode", PIXELS, HIDDEN),
    ...layer("loc", HIDDEN, LATENT),
    ...layer("log_scale", HIDDEN, LATENT),
    ...layer("decode", LATENT, HIDDEN),
    ...layer("pixel", HIDDEN, PIXELS),
  ]);
}

/** Soft discs of random place and size, each pixel black or white by chance. */
function images(): Fixed {
  const draws = new Draws(128);
  let disc = { x: 0, y: 0, radius: 1 };
  return made([BATCH, PIXELS], (i) => {
    const pixel = i % PIXELS;
    if (pixel === 0) {
      const centre = () => SIDE * (0.25 + 0.5 * draws.uniform());
      disc = { x: centre(), y: centre(), radius: SIDE * (0.1 + 0.2 * draws.uniform()) };
    }
    const far = Math.hypot((pixel % SIDE) - disc.x, Math.floor(pixel / SIDE) - disc.y);
    return draws.uniform() < 1 / (1 + Math.exp(2 * (far - disc.radius))) ? 1 : 0;
  });
}

const init = weights();

function dense(name: string, x: tf.Tensor): tf.Tensor {
  const w = param(`${name}_w`, () => tensor(init[`${name}_w`] as Fixed));
  const b = param(`${name}_b`, () => tensor(init[`${name}_b`] as Fixed));
  return tf.add(tf.matMul(x, w), b);
}

/** A variational autoencoder of images of 28 x 28. */
export const vae: SviCase = {
  name: "vae",
  title: "VAE 784-400-20, batch 128",
  data: { images: images() },
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.001, betas: [0.9, 0.999] },
  piece: 20,
  summary: () => ({}),
  model(batch) {
    plate("batch", BATCH, () => {
      const z = sample("z", new dist.Normal(tf.zeros([BATCH, LATENT]), 1).toEvent(1));
      const logits = dense("pixel", tf.softplus(dense("decode", z)));
      sample("x", new dist.Bernoulli({ logits }).toEvent(1), { obs: batch });
    });
  },
  guide(batch) {
    const hidden = tf.softplus(dense("encode", batch as tf.Tensor));
    const loc = dense("loc", hidden);
    const scale = tf.exp(dense("log_scale", hidden));
    plate("batch", BATCH, () => sample("z", new dist.Normal(loc, scale).toEvent(1)));
  },
};
