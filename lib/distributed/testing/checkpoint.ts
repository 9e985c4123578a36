/**
 * Twelve steps, every fourth of which rank 0 keeps in a folder: `checkpoint.ts FOLDER TROUBLE`. At step 7 the last rank comes
 * to grief; without trouble training goes on where the last checkpoint was.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as pyro from "../../index.ts";
import { dist, distributed, optim, param, poutine, SVI, sample } from "../../index.ts";
import { say } from "./say.ts";

const STEPS = 12;
const [, , folder = "", trouble] = process.argv;
const { rank, size } = distributed.init();
const [params, state, done] = ["params", "adam", "step"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const x = tf.tensor1d(distributed.shard(Array.from({ length: 12 }, (_, i) => i / 4)));
const optimizer = new optim.HorovodOptimizer(optim.Adam({ lr: 0.1 }));
const model = () => {
  const loc = param("loc", 0);
  const rows = () => sample("x", new dist.Normal(tf.mul(loc, tf.onesLike(x)), 1).toEvent(1), { obs: x });
  poutine.scale(rows, { scale: size })();
};
// The others get rank 0's.
if (rank === 0 && existsSync(done)) {
  pyro.getParamStore().load(params);
  optimizer.load(state);
}
const [begun = 0] = distributed.broadcast([existsSync(done) ? Number(readFileSync(done, "utf8")) : 0]);
say({ pid: process.pid, begun });
const svi = new SVI(model, () => {}, optimizer, "ELBO");
for (let step = begun + 1; step <= STEPS; step++) {
  if (step === 7 && rank === size - 1) {
    if (trouble === "throws") throw new Error("the data ran out");
    if (trouble === "is killed") process.kill(process.pid, "SIGKILL");
    while (trouble === "hangs");
  }
  svi.step();
  if (rank > 0 || step % 4 !== 0) continue;
  pyro.getParamStore().save(params);
  optimizer.save(state);
  writeFileSync(done, String(step));
}
say({
  loc: pyro.getParamStore().getUnconstrained("loc").dataSync()[0],
  steps: optimizer.getState().loc?.step,
});
