/** What each rank measures, and rank 0 prints as one line of JSON. `rank.ts SCALE`: how many rounds, as a factor. */
import * as tf from "@tensorflow/tfjs-core";
import { currentWorld } from "../../../lib/distributed/world.ts";
import * as pyro from "../../../lib/index.ts";
import { dist, optim, poutine, SVI, sample } from "../../../lib/index.ts";
import { reduceFused } from "../../../lib/optim/distributed/reduce.ts";

export interface RankMeasures {
  readonly library: string;
  readonly np: number;
  /** Microseconds of an allreduce, by bytes. */
  readonly sizes: readonly { readonly bytes: number; readonly micros: number }[];
  readonly fusion: readonly { readonly params: number; readonly fused: number; readonly separate: number }[];
  /** Microseconds of a compiled step: by one process for itself, and together with the others. */
  readonly step: { readonly alone: number; readonly together: number };
  readonly half: { readonly rms: number; readonly most: number };
}

const scale = Number(process.argv[2] ?? 1);
const world = currentWorld({ stream: "shared" });

/** Microseconds of one call: the least of several rounds, since other work of the machine only ever adds. */
function least(rounds: number, calls: number, call: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Math.max(2, rounds * scale); round++) {
    world.barrier();
    const begun = performance.now();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, (1000 * (performance.now() - begun)) / calls);
  }
  return best;
}

function sizes(): RankMeasures["sizes"] {
  return [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6].map((length) => {
    const values = new Float32Array(length).fill(world.rank);
    const calls = Math.max(2, Math.min(300, Math.floor(1e6 / length)));
    return { bytes: 4 * length, micros: least(20, calls, () => world.allreduce(values, "sum")) };
  });
}

/** Each parameter has four numbers. */
function fusion(): RankMeasures["fusion"] {
  return [10, 1000, 100_000].map((params) => {
    const lengths = new Array<number>(params).fill(4);
    const values = new Float32Array(4 * params).fill(1);
    const micros = (fusionThreshold: number, calls: number) =>
      least(params > 1e4 ? 3 : 10, calls, () =>
        reduceFused(world, values, lengths, { compression: "none", op: "sum", fusionThreshold }),
      );
    return {
      params,
      fused: micros(64 * 2 ** 20, params > 1e4 ? 3 : 50),
      separate: micros(0, Math.max(1, Math.floor(2000 / params))),
    };
  });
}

async function step(): Promise<RankMeasures["step"]> {
  const x = tf.linspace(-1, 1, 100);
  const model = () => {
    const w = sample("w", new dist.Normal(tf.zeros([2]), 1).toEvent(1)) as tf.Tensor;
    const [a, b] = tf.split(w, 2) as [tf.Tensor, tf.Tensor];
    const scaled = poutine.scale(
      () => sample("y", new dist.Normal(tf.add(tf.mul(a, x), b), 1).toEvent(1), { obs: x }),
      { scale: world.size },
    );
    scaled();
  };
  const guide = () => {
    const loc = pyro.param("loc", tf.zeros([2]));
    const spread = pyro.param("spread", tf.ones([2]), { constraint: dist.constraints.positive });
    sample("w", new dist.Normal(loc, spread).toEvent(1));
  };
  const micros = async (wrap: (inner: optim.PyroOptim) => optim.PyroOptim, steps: number) => {
    pyro.clearParamStore();
    pyro.setRngSeed(1);
    const svi = new SVI(model, guide, wrap(optim.Adam({ lr: 0.001 })), "ELBO");
    await svi.run(200, { progress: false, compile: true });
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < Math.max(2, 5 * scale); round++) {
      world.barrier();
      const begun = performance.now();
      await svi.run(steps, { progress: false, compile: true });
      best = Math.min(best, (1000 * (performance.now() - begun)) / steps);
    }
    return best;
  };
  const alone = await micros((inner) => inner, 20_000);
  return { alone, together: await micros((inner) => new optim.HorovodOptimizer(inner), 2000) };
}

/** Of sums of standard normal numbers, relative to the sums' own root mean square. */
function half(): RankMeasures["half"] {
  pyro.setRngSeed(2 + world.rank);
  const values = dist
    .Normal(tf.zeros([100_000]), 1)
    .sample()
    .dataSync() as Float32Array;
  const exact = world.allreduce(values, "sum");
  const rounded = world.allreduce(values, "sum", "fp16");
  let [squares, errors, most] = [0, 0, 0];
  for (const [i, x] of exact.entries()) {
    const error = Math.abs(x - (rounded[i] ?? 0));
    squares += x * x;
    errors += error * error;
    most = Math.max(most, error);
  }
  const rms = Math.sqrt(squares / exact.length);
  return { rms: Math.sqrt(errors / exact.length) / rms, most: most / rms };
}

const measures: RankMeasures = {
  library: process.env.OMPI_COMM_WORLD_SIZE === undefined ? "MPICH" : "Open MPI",
  ...{ np: world.size, sizes: sizes(), fusion: fusion(), step: await step(), half: half() },
};
if (world.rank === 0) process.stdout.write(`\n${JSON.stringify(measures)}\n`);
