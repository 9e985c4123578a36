/**
 * One case in a process that has taken no step before: `node ours.ts CASE TASK`, the task as JSON. The last line of
 * what it prints is the outcome as JSON.
 */
import {
  clearParamStore,
  getParamStore,
  optim,
  SVI,
  setRngSeed,
  Trace_ELBO,
  TraceGraph_ELBO,
  tf,
} from "../../../lib/index.ts";
import type { CaseName, Values } from "./case.ts";
import { tensor } from "./fixed.ts";
import { models } from "./models/index.ts";
import { type Estimate, type Fit, type Outcome, PIECES, type Task } from "./outcome.ts";
import { median, microsecondsAStep } from "./windows.ts";

const THOUSAND = 1000;
const elbos = { Trace_ELBO, TraceGraph_ELBO };
const [name, json] = process.argv.slice(2);
const { seed, seconds, fit: wantsFit, patience }: Task = JSON.parse(json ?? "{}");
const model = models[name as CaseName];
const args = Object.values(model.data).map(tensor);
const notes: string[] = [];

function fresh(): SVI<tf.Tensor[]> {
  clearParamStore();
  setRngSeed(seed);
  const { lr, betas } = model.adam;
  const adam = new optim.Adam({ lr, betas: [...betas] });
  return new SVI(model.model, model.guide, adam, new elbos[model.loss]());
}

const quietly = { args, progress: false, compile: "auto" } as const;
const patient = () => AbortSignal.timeout(patience * 1000);

/** The first thousand steps of this process, and whether they were compiled. */
async function cold(): Promise<{ ms: number | undefined; compiled: boolean; usAStep: number }> {
  const svi = fresh();
  const start = performance.now();
  const { steps, compiled, reason } = await svi.run(THOUSAND, { ...quietly, signal: patient() });
  const ms = performance.now() - start;
  if (!compiled) notes.push(`not compiled: ${reason}`);
  if (steps < THOUSAND) notes.push(`${steps} steps in the first ${(ms / 1000).toFixed(0)} s`);
  return { ms: steps < THOUSAND ? undefined : ms, compiled, usAStep: (ms * 1000) / steps };
}

function firstLoss(): Estimate {
  const svi = fresh();
  const losses: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (losses.length < 8 || (losses.length < 500 && performance.now() < end)) {
    losses.push(svi.evaluateLoss(...args));
  }
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  const variance = losses.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (losses.length - 1);
  return { mean, error: Math.sqrt(variance / losses.length) };
}

function values(): Values {
  const store = getParamStore();
  return Object.fromEntries(
    [...store.keys()].map((key) => [key, tf.tidy(() => Array.from(store.getParam(key).dataSync()))]),
  );
}

async function learned(): Promise<Fit> {
  const svi = fresh();
  const params: Values[] = [];
  const losses: number[] = [];
  const compared = Object.keys(model.summary?.({}) ?? model.init).length > 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const result = await svi.run(model.piece, quietly);
    if (!result.compiled && piece === 0) notes.push(`what is compared was fitted eagerly: ${result.reason}`);
    if (piece < PIECES / 2) continue;
    losses.push(result.losses.reduce((a, b) => a + b) / result.steps);
    params.push(compared ? values() : {});
  }
  return { params, losses };
}

/**
 * What one more step of a long run costs: the difference of a long and a short run, because each run records and verifies
 * anew, which the thousand cold steps are the measure of.
 */
async function compiledSteps(): Promise<number | undefined> {
  const svi = fresh();
  const runFor = async (duration: number) => {
    const begin = performance.now();
    const signal = AbortSignal.timeout(Math.round(duration * 1000));
    const result = await svi.run(Number.MAX_SAFE_INTEGER, { ...quietly, signal });
    return { ...result, ms: performance.now() - begin };
  };
  await runFor(seconds / 2);
  const costs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const short = await runFor(seconds / 2);
    const long = await runFor(1.5 * seconds);
    if (!long.compiled) {
      notes.push(`a run of ${long.steps} steps was not compiled: ${long.reason}`);
      return undefined;
    }
    if (long.steps <= short.steps) {
      notes.push(`${short.steps} and ${long.steps} steps in ${short.ms} and ${long.ms} ms tell no cost`);
      return undefined;
    }
    costs.push(((long.ms - short.ms) * 1000) / (long.steps - short.steps));
  }
  return median(costs);
}

/**
 * V8 goes on compiling for some thousands of eager steps, on the one processor that the steps run on; Python, which the
 * peers' eager steps wait for, compiles nothing.
 */
const WARM_UP = 2;

function eagerSteps(): Promise<number> {
  const svi = fresh();
  const take = (steps: number) => {
    for (let i = 0; i < steps; i++) svi.step(...args);
  };
  return microsecondsAStep(seconds, take, WARM_UP);
}

const start = await cold();
const compiled = start.compiled ? await compiledSteps() : undefined;
const fitSeconds = ((compiled ?? start.usAStep) * model.piece * PIECES) / 1e6;
const fits = wantsFit && fitSeconds < patience;
if (wantsFit && !fits) notes.push(`not fitted: the steps would take ${fitSeconds.toFixed(0)} s`);
const first = firstLoss();
const fit = fits ? await learned() : undefined;
const eager = await eagerSteps();
const outcome: Outcome = {
  versions: { node: process.versions.node, core: tf.getBackend() },
  firstLoss: first,
  stepUs: { eager, ...(compiled !== undefined && { compiled }) },
  ...(start.ms !== undefined && { firstToThousandMs: start.ms }),
  ...(fit !== undefined && { fit }),
  notes,
};
console.log(JSON.stringify(outcome));
