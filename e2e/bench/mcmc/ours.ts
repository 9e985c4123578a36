/**
 * One case in a process that has not sampled before: `node ours.ts CASE TASK`, the task as JSON. The last line of what
 * it prints is the outcome as JSON.
 */
import { setRngSeed, tf } from "../../../lib/index.ts";
import { MCMC, NUTS } from "../../../lib/infer/index.ts";
import { tensor } from "../svi/fixed.ts";
import { median } from "../svi/windows.ts";
import { type McmcName, mcmcCases } from "./case.ts";
import type { McmcOutcome, McmcTask, TimedRun } from "./outcome.ts";

const [name, json] = process.argv.slice(2);
const { seed }: McmcTask = JSON.parse(json ?? "{}");
const { svi, plan } = mcmcCases[name as McmcName];
const { warmup: warmupSteps, samples: numSamples, targetAcceptProb, leapfrogDraws } = plan;
const args = Object.values(svi.data).map(tensor);
const notes: string[] = [];
const kernel = new NUTS(svi.model, { targetAcceptProb });

async function timed(mcmc: MCMC<tf.Tensor[]>): Promise<number> {
  const start = performance.now();
  await mcmc.run(...args);
  const ms = performance.now() - start;
  if (mcmc.reason !== undefined && notes.length === 0) notes.push(`not compiled: ${mcmc.reason}`);
  return ms;
}

function drawsOf(mcmc: MCMC<tf.Tensor[]>): TimedRun["draws"] {
  const samples = Object.entries(mcmc.getSamples());
  return Object.fromEntries(samples.map(([site, draws]) => [site, Array.from(draws.dataSync())]));
}

/** By a short and a long run from the same place. */
async function leapfrogUs(from: MCMC<tf.Tensor[]>): Promise<number> {
  const options = { warmupSteps: 0, progress: false, initState: from.lastState };
  const short = new MCMC(kernel, { ...options, numSamples: leapfrogDraws });
  const long = new MCMC(kernel, { ...options, numSamples: 3 * leapfrogDraws });
  const steps = (mcmc: typeof short) => mcmc.diagnostics[0]?.leapfrogs ?? 0;
  await timed(short);
  await timed(long);
  const costs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const [a, b] = [await timed(short), await timed(long)];
    costs.push(((b - a) * 1000) / (steps(long) - steps(short)));
  }
  return median(costs);
}

setRngSeed(seed);
const mcmc = new MCMC(kernel, { numSamples, warmupSteps, progress: false });
const coldMs = await timed(mcmc);
const runs: TimedRun[] = [];
for (let i = 0; i < plan.runs; i++) runs.push({ ms: await timed(mcmc), draws: drawsOf(mcmc) });
const outcome: McmcOutcome = {
  versions: { node: process.versions.node, core: tf.getBackend() },
  coldMs,
  runs,
  ...(leapfrogDraws > 0 && { leapfrogUs: await leapfrogUs(mcmc) }),
  notes,
};
console.log(JSON.stringify(outcome));
