/** NUTS as WebAssembly draws what NUTS in JavaScript draws, to the bit. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as dist from "../../../distributions/index.ts";
import type { Graph } from "../../../jit/graph.ts";
import { Program } from "../../../jit/program.ts";
import { setNoticeHook } from "../../../notice.ts";
import { factor, plate, sample } from "../../../primitives.ts";
import { setSeed } from "../../../tensor/index.ts";
import { recorded } from "../density-record.ts";
import { MCMC, type MCMCOptions, NUTS } from "../index.ts";
import { NutsTransitions } from "../nuts-transitions.ts";
import type { Hamiltonian } from "../phase-space.ts";
import { Posterior } from "../posterior.ts";
import { wasmNuts } from "./transitions.ts";

/** The trajectory in JavaScript. */
class PlainNuts extends NUTS {
  override room(): number {
    return 0;
  }
  override transitions(hamiltonian: Hamiltonian): NutsTransitions {
    return new NutsTransitions(hamiltonian, this.maxTreeDepth);
  }
}

/** Tells whether it was WebAssembly that moved. */
class Watched extends NUTS {
  ran = false;
  override transitions(hamiltonian: Hamiltonian) {
    this.ran = wasmNuts(hamiltonian, this.maxTreeDepth) !== undefined;
    return super.transitions(hamiltonian);
  }
}

const eightSchools = () => {
  const mu = sample("mu", dist.Normal(0, 5));
  const tau = sample("tau", dist.HalfCauchy(5));
  plate("schools", 8, () => {
    const eta = sample("eta", dist.Normal(0, 1));
    const errors = tf.tensor1d([15, 10, 16, 11, 9, 11, 10, 18]);
    const effects = tf.tensor1d([28, 8, -3, 7, -1, 1, 18, 12]);
    sample("effect", dist.Normal(tf.add(mu, tf.mul(tau, eta)), errors), { obs: effects });
  });
};
const normals = (size: number) => () => {
  const scales = tf.add(tf.div(tf.range(0, size), 10), 0.5);
  plate("rows", size, () => sample("x", dist.Normal(0, scales)));
};
/** Its neck makes trajectories diverge. */
const funnel = () => {
  const v = sample("v", dist.Normal(0, 3));
  sample("x", dist.Normal(tf.zeros([4]), tf.exp(tf.div(v, 2))).toEvent(1));
};
/** Not a number beyond 1.5. */
const cliff = () => {
  const x = sample("x", dist.Normal(0, 1));
  sample("y", dist.Normal(0, 1));
  factor("edge", tf.mul(0, tf.log(tf.sub(1.5, x))));
};

const cases: readonly [string, () => void, Partial<MCMCOptions>, maxTreeDepth?: number][] = [
  ["one number", normals(1), {}],
  ["two chains of eight schools", eightSchools, { numChains: 2 }],
  ["a vector whose length is odd", normals(7), {}],
  ["a vector of blocks and a rest", normals(37), {}],
  ["a funnel", funnel, {}],
  ["a potential that is not a number at places", cliff, {}],
  ["a trajectory that is cut short", normals(20), {}, 3],
  ["no warm-up", eightSchools, { warmupSteps: 0 }],
];

const notices: string[] = [];
let unhook: () => void;
beforeEach(() => {
  notices.length = 0;
  unhook = setNoticeHook((text) => void notices.push(text));
});
afterEach(() => unhook());

test.each(cases)("%s", async (_, model, options, maxTreeDepth = 10) => {
  const runs = [];
  const start = { initStrategy: "median", maxTreeDepth } as const;
  const watched = new Watched(model, start);
  for (const kernel of [watched, new PlainNuts(model, start)]) {
    setSeed(11);
    const mcmc = new MCMC(kernel, { numSamples: 120, warmupSteps: 150, ...options, progress: false });
    await mcmc.run();
    expect(mcmc.reason).toBeUndefined();
    const { records, diagnostics, lastState } = mcmc;
    const more = new MCMC(kernel, { numSamples: 20, initState: lastState, progress: false });
    await more.run();
    runs.push({ records, diagnostics, after: more.records });
  }
  expect(watched.ran).toBe(true);
  expect(runs[0]).toEqual(runs[1]);
  // Both tell of a place where the potential is not a number, if they meet one.
  const lost = notices.filter((text) => text.includes("not a number"));
  expect(lost.length).toBe(model === cliff ? 4 : 0);
  expect(new Set(lost).size).toBe(model === cliff ? 1 : 0);
});

test.each(cases)("the potential of %s is to the bit what JavaScript makes of it", (_, model) => {
  const posterior = new Posterior(model, [], () => tf.scalar(0.3));
  const at = Float64Array.from(posterior.vector.initial().dataSync(), (x, i) => x + Math.sin(i) / 3);
  const { graph } = recorded((latent) => posterior.logDensity(latent), at, [model], undefined);
  const programs = [true, false].map((whole) => new Program(graph as Graph, { whole }));
  const [whole, plain] = programs.map((program) => {
    for (const source of program.sources)
      if (source.origin.kind === "argument") program.cellsOf(source)?.set(Float32Array.from(at));
    expect(program.step(0)).toBe(true);
    return program.outputs.map((cells) => cells.slice());
  });
  expect(programs.map(({ mode }) => mode)).toEqual(["webassembly", expect.stringContaining("javascript")]);
  expect(whole).toEqual(plain);
  graph?.dispose();
});

test("a metric with covariances, and a potential that is not compiled, are left to JavaScript", async () => {
  for (const options of [{ denseMass: true }, { compile: false }] as const) {
    const watched = new Watched(normals(3), options);
    await new MCMC(watched, { numSamples: 20, progress: false }).run();
    expect(watched.ran).toBe(false);
  }
});
