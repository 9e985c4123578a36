/** Ranks that do not bring the same, and what becomes of them. */
import * as tf from "@tensorflow/tfjs-core";
import * as pyro from "../../index.ts";
import { dist, distributed, optim, param, SVI, sample } from "../../index.ts";
import { say } from "./say.ts";

const { rank, size } = distributed.init();
pyro.setRngSeed(5);
const said: Record<string, unknown> = { rank, size };
const read = (name: string) => [...pyro.getParamStore().getUnconstrained(name).dataSync()];
const wrapped = (options: object = {}, inner = optim.SGD({ lr: 0.5 })) =>
  new optim.HorovodOptimizer(inner, options);
const loss = (model: () => unknown) => tf.tidy(() => model() as tf.Tensor);
const stepped = (optimizer: optim.PyroOptim, model: () => tf.Tensor) =>
  new SVI(model, () => {}, optimizer, loss).step();

// Each draws its own beginning: all go on from rank 0's, and the gradient is taken there.
const start = () => param("a", () => dist.Normal(tf.zeros([2]), 1).sample());
said.drawn = [...start().dataSync()];
stepped(wrapped(), () => tf.sum(tf.square(start())));
said.begun = read("a");

// b is used by the last rank alone: the others bring zeros.
pyro.clearParamStore();
const optimizer = wrapped();
const both = () => [param("a", [1]), param("b", [1])] as const;
both();
stepped(optimizer, () => {
  const [a, b] = both().map((value, i) => (i === 0 || rank === size - 1 ? value : undefined));
  return tf.sum(b === undefined ? (a as tf.Tensor) : tf.add(a as tf.Tensor, b));
});
said.zeros = [read("a"), read("b")];

// c exists on the last rank alone.
try {
  stepped(optimizer, () => tf.sum(rank === size - 1 ? tf.add(param("a"), param("c", [1])) : param("a")));
} catch (error) {
  said.refused = (error as Error).message;
}
said.after = [read("a"), [...pyro.getParamStore().keys()].sort()];

// State that rank 0 alone has loaded.
const adam = wrapped({}, optim.Adam({ lr: 0.1 }));
const grads = { a: tf.tensor1d([rank + 1]) };
if (rank === 0) {
  const before = optim.Adam({ lr: 0.1 });
  before.update(["a"], grads);
  adam.setState(before.getState());
}
adam.update(["a"], grads);
said.state = [read("a"), adam.getState().a?.step];

// Options.
for (const [name, options] of Object.entries({
  sum: { op: "sum" },
  half: { compression: "fp16" },
  adasum: { op: "adasum" },
  passes: { backwardPassesPerStep: 2 },
})) {
  pyro.clearParamStore();
  param("a", [0, 0]);
  const each = wrapped(options, optim.SGD({ lr: 1 }));
  const own = { a: tf.tensor1d(rank === 0 ? [1, 0] : [1, 1 / 3]) };
  for (let i = 0; i < 2; i++) each.update(["a"], own);
  said[name] = read("a");
}
pyro.clearParamStore();
param("a", [0]);
try {
  wrapped({ compression: "fp16" }).update(["a"], { a: tf.tensor1d([60000]) });
} catch (error) {
  said.overflow = (error as Error).message;
}

// A branch that depends on the rank, and now and then a loss that is infinite on one: every step is everybody's.
pyro.clearParamStore();
pyro.setRngSeed(5);
const uneven = new SVI(
  (turn: tf.Tensor) => {
    sample("x", dist.Normal(param("loc", [0]), 1), { obs: tf.tensor1d([rank]) });
    // Its logarithm is minus infinity where it is zero, with no gradient to anything.
    pyro.factor("gate", tf.log(turn));
  },
  () => {},
  wrapped({}, optim.SGD({ lr: 0.1 })),
  "ELBO",
);
const always = tf.scalar(1);
const never = tf.scalar(0);
const result = await uneven.run(40, {
  args: (step) => [step % 13 === 12 && rank === 1 ? never : always],
  progress: false,
});
said.uneven = [result.compiled, read("loc"), [...result.losses].filter((l) => !Number.isFinite(l)).length];
say(said);
