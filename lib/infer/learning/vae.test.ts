/** A variational autoencoder (Kingma and Welling 2014) of `tf.layers` learns on real digits. */
import { afterEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as optim from "../../optim/index.ts";
import { clearParamStore, getParamStore, module, plate, sample, setRngSeed } from "../../primitives.ts";
import * as tf from "../../tf.ts";
import { Trace_ELBO } from "../index.ts";
import { SVI } from "../svi.ts";
import { type Digits, digits, independentPixels } from "./testing/digits.ts";

const CODE = 10;
const HIDDEN = 128;
const BATCH = 100;
const STEPS = 500;

afterEach(() => clearParamStore());

const init = (seed: number) => tf.initializers.glorotUniform({ seed });

/** From an image to mean and log-deviation of its code. */
function encoder(pixels: number): tf.LayersModel {
  const image = tf.input({ shape: [pixels] });
  const hidden = tf.layers
    .dense({ units: HIDDEN, activation: "relu", kernelInitializer: init(1) })
    .apply(image);
  const head = (name: string, seed: number) =>
    tf.layers.dense({ units: CODE, name, kernelInitializer: init(seed) }).apply(hidden) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: [head("mean", 2), head("logScale", 3)] });
}

/** From a code to the logits of the pixels. */
function decoder(pixels: number): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: HIDDEN, activation: "relu", inputShape: [CODE], kernelInitializer: init(4) }),
      tf.layers.dense({ units: pixels, kernelInitializer: init(5) }),
    ],
  });
}

test("a VAE with encoder and decoder of tf.layers finds what digits look like", async () => {
  setRngSeed(1);
  const train = digits({ perDigit: 300 });
  const heldOut = digits({ perDigit: 50, skip: 300 });
  const [encode, decode] = [encoder(train.pixels), decoder(train.pixels)];
  const batches = ({ images, count }: Digits, size: number, body: (batch: tf.Tensor) => void) =>
    plate("images", count, { subsampleSize: size }, (i) => body(tf.gather(images, i)));

  const model = (data: Digits, size: number) => {
    const net = module("decoder", decode);
    batches(data, size, (batch) => {
      const z = sample("z", dist.Normal(tf.zeros([CODE]), 1).toEvent(1));
      const logits = net.apply(z) as tf.Tensor;
      sample("x", dist.Bernoulli({ logits }).toEvent(1), { obs: batch });
    });
  };
  const guide = (data: Digits, size: number) => {
    const net = module("encoder", encode);
    batches(data, size, (batch) => {
      const [mean, logScale] = net.apply(batch) as [tf.Tensor, tf.Tensor];
      sample("z", dist.Normal(mean, tf.exp(logScale)).toEvent(1));
    });
  };

  const svi = new SVI(model, guide, new optim.Adam({ lr: 2e-3 }), new Trace_ELBO());
  const elbo = () => -svi.evaluateLoss(heldOut, heldOut.count) / heldOut.count;
  const before = elbo();
  await svi.run(STEPS, { args: [train, BATCH], progress: false });
  const [after, baseline] = [elbo(), independentPixels(train, heldOut)];

  expect(getParamStore().getAllParamNames()).toContain("encoder$$$mean.kernel");
  // log 2 a pixel: it knew nothing.
  expect(before).toBeLessThan(-0.65 * train.pixels);
  // A bound on the log-probability of digits never seen, in nats for each.
  expect(after).toBeGreaterThan(baseline + 60);
}, 120_000);
