/**
 * A semi-supervised autoencoder (Kingma, Rezende, Mohamed and Welling 2014, model M2) on real digits: of most images the
 * label is unknown, and summed over. What images look like helps to tell digits apart.
 */
import { afterEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as nn from "../../nn/index.ts";
import * as optim from "../../optim/index.ts";
import { scale } from "../../poutine/index.ts";
import { clearParamStore, module, plate, sample, setRngSeed } from "../../primitives.ts";
import * as tf from "../../tf.ts";
import { Trace_ELBO, TraceEnum_ELBO } from "../index.ts";
import { SVI } from "../svi.ts";
import { type Digits, digits, independentPixels } from "./testing/digits.ts";

const DIGITS = 10;
const STYLE = 12;
const HIDDEN = 128;
const BATCH = 50;

afterEach(() => clearParamStore());

const network = (inputs: number, outputs: number) =>
  new nn.Sequential(new nn.Linear(inputs, HIDDEN), new nn.ReLU(), new nn.Linear(HIDDEN, outputs));

/** Vectors side by side; the rows of each are repeated to the batch shape of all. */
function beside(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const batch = tf.broadcastTo(
    tf.zeros([1]),
    tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -1), b.shape.slice(0, -1)),
  ).shape;
  const wide = (x: tf.Tensor) => tf.broadcastTo(x, [...batch, x.shape.at(-1) as number]);
  return tf.concat([wide(a), wide(b)], -1);
}

interface Part extends Digits {
  readonly name: string;
  /** One-hot labels, where they are known. */
  readonly known?: tf.Tensor;
}

function build(pixels: number) {
  const nets = {
    classifier: network(pixels, DIGITS),
    encoder: network(pixels + DIGITS, 2 * STYLE),
    decoder: network(STYLE + DIGITS, pixels),
  };
  const batches = ({ name, images, known, count }: Part, body: (x: tf.Tensor, y?: tf.Tensor) => void) =>
    plate(name, count, { subsampleSize: Math.min(BATCH, count) }, (i) =>
      body(tf.gather(images, i), known === undefined ? undefined : tf.gather(known, i)),
    );
  const label = (x: tf.Tensor, net: nn.Sequential) => dist.OneHotCategorical({ logits: net.call(x) });

  const model = (parts: readonly Part[]) => {
    const [decoder, classifier] = [module("decoder", nets.decoder), module("classifier", nets.classifier)];
    for (const part of parts) {
      batches(part, (x, obs) => {
        const y = sample(`${part.name}.y`, dist.OneHotCategorical(tf.fill([DIGITS], 1 / DIGITS)), { obs });
        const z = sample(`${part.name}.z`, dist.Normal(tf.zeros([STYLE]), 1).toEvent(1));
        const logits = decoder.call(beside(z, y));
        sample(`${part.name}.x`, dist.Bernoulli({ logits }).toEvent(1), { obs: x });
        // Known labels teach the classifier directly, as much as a good share of the pixels counts.
        if (obs === undefined) return;
        scale(null, { scale: 50 }).run(() => sample(`${part.name}.label`, label(x, classifier), { obs }));
      });
    }
  };
  const guide = (parts: readonly Part[]) => {
    const [encoder, classifier] = [module("encoder", nets.encoder), module("classifier", nets.classifier)];
    for (const part of parts) {
      batches(part, (x, known) => {
        const y = known ?? sample(`${part.name}.y`, label(x, classifier));
        const [loc, logScale] = tf.split(encoder.call(beside(x, y)), 2, -1) as [tf.Tensor, tf.Tensor];
        sample(`${part.name}.z`, dist.Normal(loc, tf.exp(logScale)).toEvent(1));
      });
    }
  };
  return { nets, model, guide, label };
}

test("labels of a few digits and images of many classify better than the few alone", async () => {
  setRngSeed(2);
  const few = digits({ perDigit: 10, shrink: 2 });
  const labelled: Part = { ...few, name: "few", known: tf.oneHot([...few.labels], DIGITS).toFloat() };
  const unlabelled: Part = { ...digits({ perDigit: 200, skip: 10, shrink: 2 }), name: "many" };
  const heldOut = digits({ perDigit: 50, skip: 210, shrink: 2 });
  const accuracy = (net: nn.Sequential) =>
    tf.tidy(() => {
      const guesses = tf.argMax(net.call(heldOut.images), -1).dataSync();
      return heldOut.labels.filter((digit, i) => guesses[i] === digit).length / heldOut.count;
    });

  const { nets, model, guide } = build(few.pixels);
  const alone = build(few.pixels);
  const supervised = () => {
    const net = module("alone", alone.nets.classifier);
    plate("few", few.count, () => sample("y", alone.label(few.images, net), { obs: labelled.known }));
  };
  const adam = () => new optim.Adam({ lr: 3e-3 });
  await new SVI(supervised, () => {}, adam(), new Trace_ELBO()).run(150, { progress: false });

  const svi = new SVI(model, guide, adam(), new TraceEnum_ELBO());
  await svi.run(320, { args: [[labelled, unlabelled]], progress: false });
  const [both, few100] = [accuracy(nets.classifier), accuracy(alone.nets.classifier)];
  // Of 500 digits: two standard errors of the difference are 0.05. A guess is right in 0.1.
  expect(both).toBeGreaterThan(0.7);
  expect(both).toBeGreaterThan(few100 + 0.05);
  // And the images are explained: a bound on their log-probability, in nats for each.
  const perImage = -svi.evaluateLoss([{ ...heldOut, name: "many" }]) / heldOut.count;
  expect(perImage).toBeGreaterThan(independentPixels(unlabelled, heldOut) + 5);
}, 120_000);
