/** Three models on this rank's part of their data: full batches, and one random stream for all ranks. */
import * as tf from "@tensorflow/tfjs-core";
import * as pyro from "../../index.ts";
import {
  dist,
  distributed,
  nn,
  optim,
  plate,
  poutine,
  SVI,
  sample,
  TraceEnum_ELBO,
  TraceGraph_ELBO,
  TraceMeanField_ELBO,
} from "../../index.ts";
import { say } from "./say.ts";

const ROWS = 24;
const { rank, size } = distributed.init({ stream: "shared" });
pyro.setRngSeed(7);
const features = Array.from({ length: ROWS }, (_, i) => [Math.sin(i), Math.cos(2 * i), ((i * 7) % 11) / 11]);
const line = features.map(([a = 0, b = 0], i) => 1.5 * a - 0.7 * b + 0.2 * Math.sin(5 * i));
const rows = distributed.shard(Array.from({ length: ROWS }, (_, i) => i));
const x = tf.tensor2d(rows.map((i) => features[i] ?? []));
const y = tf.tensor1d(rows.map((i) => line[i] ?? 0));
const label = tf.tensor1d(rows.map((i) => Number((line[i] ?? 0) > 0)));

/** Weights with a normal prior and a mean-field guide; what they predict is up to the caller. */
const weights = () => sample("w", new dist.Normal(tf.zeros([3]), 1).toEvent(1)) as tf.Tensor;
const guide = () => {
  const loc = pyro.param("loc", () => pyro.dist.Normal(tf.zeros([3]), 0.3).sample());
  const spread = pyro.param("scale", tf.fill([3], 0.1), { constraint: dist.constraints.positive });
  sample("w", new dist.Normal(loc, spread).toEvent(1));
};
const product = (w: tf.Tensor) => tf.reshape(tf.matMul(x, tf.reshape(w, [3, 1])), [-1]);
const regression = () => {
  const mean = product(weights());
  // A plate of all rows, of which this rank has some.
  plate("rows", ROWS, { subsample: tf.tensor1d(rows, "int32") }, () => {
    sample("y", new dist.Normal(mean, 0.5), { obs: y });
  });
};
const logistic = () => {
  const logits = product(weights());
  poutine.scale(() => sample("label", new dist.Bernoulli({ logits }).toEvent(1), { obs: label }), {
    scale: size,
  })();
};

const encoder = new nn.Sequential(new nn.Linear(3, 8), new nn.Tanh(), new nn.Linear(8, 4));
const decoder = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 3));
const noise = tf.tensor2d(rows.map((i) => [Math.sin(9 * i), Math.cos(5 * i)]));
const vae = {
  model: () => {
    pyro.module("decoder", decoder);
    poutine.scale(
      () => {
        const z = sample("z", new dist.Normal(tf.zeros([rows.length, 2]), 1).toEvent(2)) as tf.Tensor;
        sample("x", new dist.Normal(decoder.call(z) as tf.Tensor, 0.3).toEvent(2), { obs: x });
      },
      { scale: size },
    )();
  },
  guide: () => {
    pyro.module("encoder", encoder);
    poutine.scale(
      () => {
        const [loc, width] = tf.split(encoder.call(x) as tf.Tensor, 2, 1) as [tf.Tensor, tf.Tensor];
        const spread = tf.exp(tf.mul(width, 0.5));
        // The same noise for a row, whichever rank has it.
        sample("z", new dist.Delta(tf.add(loc, tf.mul(spread, noise))).toEvent(2));
        pyro.factor("entropy", tf.neg(tf.sum(tf.mul(width, 0.5))));
      },
      { scale: size },
    )();
  },
};

/** One coin for all rows together, which is drawn, or one for each, which are summed out. */
const drawn = () => {
  const all = sample("all", new dist.Bernoulli(0.4)) as tf.Tensor;
  plate("rows", ROWS, { subsample: tf.tensor1d(rows, "int32") }, () => {
    sample("y", new dist.Normal(tf.add(all, pyro.param("shift", 0)), 1), { obs: y });
  });
};
const guessed = () => {
  sample("all", new dist.Bernoulli(pyro.param("p", 0.5, { constraint: dist.constraints.unitInterval })));
};
const summed = () => {
  const shift = pyro.param("shift", [-1, 1]);
  plate("rows", ROWS, { subsample: tf.tensor1d(rows, "int32") }, () => {
    const own = sample("own", new dist.Bernoulli(0.4), { infer: { enumerate: "parallel" } }) as tf.Tensor;
    sample("y", new dist.Normal(tf.gather(shift, tf.cast(own, "int32")), 1), { obs: y });
  });
};
const nothing = () => {};

interface TrainRun {
  readonly model: () => unknown;
  readonly guide: () => unknown;
  readonly of: () => optim.PyroOptim;
  readonly compile: boolean;
  readonly options: ConstructorParameters<typeof optim.HorovodOptimizer>[1];
  readonly elbo?: () => ConstructorParameters<typeof SVI>[3];
  /** Steps of each epoch, after which the scheduler takes its own. */
  readonly epochs?: readonly number[];
}

const runs: Readonly<Record<string, TrainRun>> = {
  regression: { model: regression, guide, of: () => optim.Adam({ lr: 0.02 }), compile: true, options: {} },
  logistic: {
    model: logistic,
    guide,
    of: () => optim.ExponentialLR({ optimizer: optim.ClippedAdam, optimArgs: { lr: 0.02 }, gamma: 0.9 }),
    compile: true,
    options: { fusionThreshold: 0 },
  },
  vae: { ...vae, of: () => optim.SGD({ lr: 1e-3 }, { clipNorm: 5 }), compile: true, options: {} },
  eager: { model: regression, guide, of: () => optim.Adam({ lr: 0.02 }), compile: false, options: {} },
  graph: {
    ...{ model: drawn, guide: guessed, of: () => optim.Adam({ lr: 0.02 }), compile: true, options: {} },
    elbo: () => new TraceGraph_ELBO(),
  },
  enumerated: {
    ...{ model: summed, guide: nothing, of: () => optim.Adam({ lr: 0.02 }), compile: true, options: {} },
    elbo: () => new TraceEnum_ELBO(),
  },
  meanField: {
    ...{ model: regression, guide, compile: true, options: {} },
    of: () => optim.AdamW({ lr: 0.02 }, { clipValue: 1 }),
    elbo: () => new TraceMeanField_ELBO(),
  },
  schedule: {
    ...{ model: regression, guide, compile: true, options: {}, epochs: [9, 11] },
    of: () => optim.StepLR({ optimizer: optim.Adam, optimArgs: { lr: 0.04 }, stepSize: 1, gamma: 0.25 }),
  },
};

const said: Record<string, unknown> = { rank };
for (const [name, { model, guide: own, of, compile, options, elbo, epochs = [20] }] of Object.entries(runs)) {
  pyro.clearParamStore();
  pyro.setRngSeed(11);
  const optimizer = new optim.HorovodOptimizer(of(), options);
  const svi = new SVI(model, own, optimizer, elbo?.() ?? "ELBO");
  let result = await svi.run(epochs[0] ?? 0, { compile, progress: false });
  for (const steps of epochs.slice(1)) {
    optimizer.step();
    result = await svi.run(steps, { compile, progress: false });
  }
  const params = [...pyro.getParamStore().keys()].sort();
  said[name] = {
    compiled: result.compiled,
    reason: result.reason,
    values: params.flatMap((each) => [...pyro.getParamStore().getUnconstrained(each).dataSync()]),
  };
}

// Each rank takes four of its own rows at a time, by a stream of its own.
distributed.init({ stream: "own" });
pyro.clearParamStore();
pyro.setRngSeed(3);
const chosen: number[] = [];
const some = () => {
  const loc = pyro.param("loc", 0);
  poutine.scale(
    () =>
      plate("some", rows.length, { subsampleSize: 4 }, (index) => {
        if (chosen.length < 12) chosen.push(...index.dataSync());
        const seen = tf.gather(y, tf.cast(index, "int32"));
        sample("y", new dist.Normal(loc, 1), { obs: seen });
      }),
    { scale: size },
  )();
};
const sampled = new SVI(some, nothing, new optim.HorovodOptimizer(optim.SGD({ lr: 0.3 / ROWS })), "ELBO");
let sum = 0;
for (let i = 0; i < 120; i++) {
  sampled.step();
  if (i >= 20) sum += pyro.getParamStore().getUnconstrained("loc").dataSync()[0] ?? Number.NaN;
}
said.subsampled = { mean: sum / 100, chosen, y: [...y.dataSync()] };
say(said);
