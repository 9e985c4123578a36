/** Compiled executions are those that run one after the other: values, weights, traces, and the random stream. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { setNoticeHook } from "../notice.ts";
import * as poutine from "../poutine/index.ts";
import type { SampleSite } from "../poutine/message.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import {
  clearParamStore,
  deterministic,
  factor,
  getParamStore,
  module,
  param,
  plate,
  sample,
} from "../primitives.ts";
import { getRngState, setRngState, setSeed } from "../tensor/index.ts";
import { DrawnTrace } from "./compiled/drawn-trace.ts";
import { setRunControlFactory } from "./control.ts";
import { Importance, type ImportanceOptions } from "./importance.ts";
import { onCallStart } from "./long-call.ts";
import { Marginal } from "./marginal.ts";
import type { Program } from "./program.ts";

const cleanUp: (() => void)[] = [];
beforeEach(() => {
  clearParamStore();
  setSeed(5);
});
afterEach(() => {
  for (const f of cleanUp.splice(0)) f();
});

const positive = { constraint: dist.constraints.positive };
const numbers = (x: unknown) => Array.from((x as tf.Tensor).dataSync(), Number);
const site = (trace: Trace | undefined, name: string) => trace?.get(name) as SampleSite;
const meanOf = (trace: Trace | undefined, name: string) => numbers(site(trace, name).fn.mean)[0] as number;

const line = (x: tf.Tensor) => {
  const slope = sample("slope", new dist.Normal(param("prior", 0.2), 1));
  const noise = sample("noise", new dist.Gamma(2, 3));
  plate("data", 3, () => sample("y", new dist.Normal(tf.mul(slope, x), noise), { obs: [0.8, 2.1, 2.9] }));
  return slope;
};
const lineGuide = () => {
  sample("slope", new dist.Normal(param("m", 0.7), 0.1));
  sample("noise", new dist.Gamma(5, param("rate", 4, positive)));
};
const x = tf.tensor1d([1, 2, 3]);

const mixture = () => {
  const kind = sample("kind", new dist.Categorical(tf.tensor1d([0.2, 0.3, 0.5])));
  const double = deterministic("double", tf.mul(kind, 2));
  const seen = tf.tensor1d([0.3, 1.4, 0.1, 2.2, 1.9]);
  plate("rows", 5, { subsampleSize: 2 }, (rows) => {
    const shift = sample("shift", new dist.Normal(kind, param("spread", 0.5, positive)));
    sample("y", new dist.Normal(shift, 1), { obs: tf.gather(seen, rows as tf.Tensor1D) });
  });
  return { double, word: "kind" };
};

const flow = dist.AffineAutoregressive(2, 8);
const apart = () => new dist.Normal(tf.zeros([2]), 1).toEvent(1);
const flowModel = () => {
  const z = sample("z", apart());
  sample("y", new dist.Normal(tf.sum(z), 0.5), { obs: 1.3 });
};
const flowGuide = () => {
  sample("z", new dist.TransformedDistribution(apart(), [module("flow", flow)]));
};

const draws = 120;
function run<A extends unknown[]>(
  compile: "auto" | boolean,
  model: Program<A>,
  options: ImportanceOptions<A>,
  ...args: A
): Importance<A> {
  return new Importance(model, { numSamples: draws, ...options, compile }).run(...args);
}

function expectClose(found: unknown, wanted: unknown): void {
  if (!(wanted instanceof tf.Tensor)) {
    expect(found).toEqual(wanted);
    return;
  }
  expect([(found as tf.Tensor).dtype, (found as tf.Tensor).shape]).toEqual([wanted.dtype, wanted.shape]);
  const [a, b] = [numbers(found), numbers(wanted)];
  for (const [i, value] of b.entries()) {
    // Float32 rounding; the mean of a categorical is not a number.
    const error = Object.is(a[i], value) ? 0 : Math.abs((a[i] as number) - value);
    expect(error).toBeLessThan(1e-4 * Math.max(1, Math.abs(value) || 0));
  }
}

const impossible = () => {
  const z = sample("z", new dist.Normal(0, 1));
  factor("above", tf.where(tf.greater(z, 0), 0, Number.NEGATIVE_INFINITY));
  return [z, x];
};

class Answer {
  value = sample("z", new dist.Normal(0, 1));
}

type Row = readonly [string, Program<never>, ImportanceOptions<never>, readonly unknown[]];
const rows: Row[] = [
  ["a guide", line as Program<never>, { guide: lineGuide }, [x]],
  ["the prior", line as Program<never>, {}, [x]],
  ["a subsampled plate, discrete and computed sites", mixture as Program<never>, {}, []],
  ["a model that many values are impossible to", impossible as Program<never>, {}, []],
  ["a flow", flowModel as Program<never>, { guide: flowGuide }, []],
];

describe("compiled executions are the eager ones", () => {
  it.each(rows)("of %s", (_, model, options, args) => {
    const rng = getRngState();
    const compiled = run(true, model, options, ...(args as never));
    const after = getRngState();
    setRngState(rng);
    const eager = run(false, model, options, ...(args as never));
    expect(getRngState()).toEqual(after);
    expect([compiled.reason, eager.reason]).toEqual([undefined, "compile is false"]);
    expectClose(tf.tensor1d(compiled.logWeights), tf.tensor1d(eager.logWeights));
    // The first ones show what to compile.
    expect(compiled.execTraces.filter((trace) => trace instanceof DrawnTrace).length).toBeGreaterThan(
      draws - 6,
    );
    expect(compiled.execTraces).toHaveLength(draws);
    for (const [i, wanted] of eager.execTraces.entries()) {
      const found = compiled.execTraces[i] as Trace;
      expect([...found.nodes.keys()]).toEqual([...wanted.nodes.keys()]);
      for (const [name, node] of wanted.nodes) {
        const own = found.nodes.get(name);
        if (node.type === "args") expect(own).toEqual(node);
        else if (node.type === "return" && !(node.value instanceof tf.Tensor)) {
          expect(Object.keys(own as object)).toEqual(Object.keys(node));
        } else if (own?.type !== "args") expectClose(own?.value, node.value);
        if (node.type === "sample" && node.logPdf !== undefined)
          expectClose((own as SampleSite).logPdf, node.logPdf);
      }
    }
    // All else of a trace is found by a run on its values, which changes nothing.
    const [found, wanted] = [compiled.execTraces[77] as Trace, eager.execTraces[77] as Trace];
    expect(found.formatShapes()).toBe(wanted.formatShapes());
    for (const own of found.sampleSites()) {
      const other = site(wanted, own.name);
      expect(Object.keys(own).sort()).toEqual(Object.keys(other).sort());
      expect([own.fn.name, own.fn.batchShape]).toEqual([other.fn.name, other.fn.batchShape]);
      expect(own.scale).toEqual(other.scale);
      if (other.logProb !== undefined) expectClose(own.logProb, other.logProb);
    }
    expectClose(found.logPdf(), wanted.logPdf());
    expect(found.copy().toJSON().nodes).toHaveLength(wanted.nodes.size);
    expect(getRngState()).toEqual(after);
  });

  it("to a Marginal as well, of sites and of what the model returns", () => {
    const rng = getRngState();
    const of = (compile: boolean, sites?: string) => {
      setRngState(rng);
      const posterior = new Importance(mixture, { numSamples: draws, compile });
      const marginal = new Marginal(posterior, sites === undefined ? {} : { sites });
      return marginal.enumerateSupport().map((value) => numbers(marginal.logPdf(value))[0] as number);
    };
    for (const sites of ["kind", undefined]) {
      const [compiled, eager] = [of(true, sites), of(false, sites)];
      expect(compiled).toHaveLength(3);
      for (const [i, logProb] of eager.entries()) expect(compiled[i]).toBeCloseTo(logProb, 4);
    }
  });

  it("and are executions of the model to whoever replays them", () => {
    const posterior = run("auto", line, { guide: lineGuide }, x);
    expect(posterior.reason).toBeUndefined();
    const last = posterior.execTraces.at(-1) as Trace;
    const again = poutine.trace(poutine.replay(line, { trace: last })).getTrace(x);
    expectClose(again.logPdf(), last.logPdf());
  });
});

describe("a compiled trace stays what it was", () => {
  const posterior = (data: tf.Tensor) => run(true, line, { guide: lineGuide }, data);

  it("when parameters change, or are gone, and the data are", () => {
    const data = x.clone();
    const [, second, , fourth, , last] = posterior(data).execTraces.slice(-6);
    const slope = numbers(site(last, "slope").value)[0] as number;
    getParamStore().set("prior", 9);
    expect(meanOf(last, "slope")).toBeCloseTo(0.2, 6);
    data.dispose();
    expect(meanOf(last, "y")).toBeCloseTo(slope, 4);
    expect(meanOf(second, "slope")).toBeCloseTo(0.2, 6);
    clearParamStore();
    expect(meanOf(fourth, "slope")).toBeCloseTo(0.2, 6);
    expect(getParamStore().size).toBe(0);
  });

  it("when it is read in a scope that ends, and inside of another model", () => {
    const last = posterior(x).execTraces.at(-1);
    tf.tidy(() => meanOf(last, "slope"));
    expect(meanOf(last, "slope")).toBeCloseTo(0.2, 6);
    const fresh = posterior(x).execTraces.at(-1);
    const outer = () => sample("outer", new dist.Normal(meanOf(fresh, "slope"), 1));
    const made = poutine.trace(outer).getTrace();
    expect(made.stochasticNodes).toEqual(["outer"]);
    expect(meanOf(made, "outer")).toBeCloseTo(0.2, 6);
  });

  it("or says that it cannot be found again: the model looks at other data now", () => {
    let at = tf.scalar(1);
    const model = () => sample("z", new dist.Normal(at, 1));
    const last = run(true, model, {}).execTraces.at(-1);
    const value = numbers(site(last, "z").value);
    at = tf.scalar(5);
    expect(() => site(last, "z").fn).toThrow(/cannot be found again[\s\S]*site "z"[\s\S]*compile: false/);
    expect(numbers(site(last, "z").value)).toEqual(value);
    at = tf.scalar(1);
    expect(meanOf(last, "z")).toBe(1);
  });

  it("keeps a few tensors, and leaves none behind where they go", () => {
    posterior(x);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      posterior(x);
      // Two values, three log-densities, the weight on its way.
      expect(tf.memory().numTensors - before).toBeLessThan(draws * 6 + 100);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("what cannot be compiled runs eagerly, and says why", () => {
  let count = 0;
  const branch = () => {
    const z = sample("z", new dist.Bernoulli(0.5));
    if (numbers(z)[0] === 1) sample("more", new dist.Normal(0, 1));
  };
  const hidden = () => {
    const noise = poutine.block(() => sample("noise", new dist.Normal(0, 1)))();
    sample("z", new dist.Normal(noise as tf.Tensor, 1));
  };
  const counting = () => {
    count++;
    sample("z", new dist.Normal(count, 1));
  };
  const random = () => sample("z", new dist.Normal(Math.random(), 1));
  const impure: [string, () => unknown, RegExp][] = [
    ["branches on a value", branch, /reads a tensor's values on the host/],
    ["returns what is no plain value", () => new Answer(), /holds a Answer/],
    ["draws where no site is", hidden, /random numbers that no site/],
    ["counts", counting, /log-density of site "z" was/],
    ["rolls the host's dice", random, /log-density of site "z" was/],
  ];
  it.each(impure)("a model that %s", (_, model, reason) => {
    const rng = getRngState();
    count = 0;
    const auto = run("auto", model, {});
    const after = getRngState();
    expect(auto.reason).toMatch(reason);
    expect(() => run(true, model, {})).toThrow(/cannot be compiled[\s\S]*compile: "auto"/);
    setRngState(rng);
    run(false, model, {});
    expect(getRngState()).toEqual(after);
    // Its traces are those of the runs themselves.
    const last = auto.execTraces.at(-1) as Trace;
    expectClose(site(last, "z").fn.logProb(site(last, "z").value as tf.Tensor), site(last, "z").logProb);
  });

  it("has the sites that each execution had", () => {
    const rng = getRngState();
    const sites = (compile: "auto" | boolean) => {
      setRngState(rng);
      return run(compile, branch, {}).execTraces.map((trace) => trace.stochasticNodes.length);
    };
    expect(new Set(sites("auto"))).toEqual(new Set([1, 2]));
    expect(sites("auto")).toEqual(sites(false));
  });

  it("a few executions, and those inside of another model", () => {
    expect(run("auto", line, { guide: lineGuide, numSamples: 20 }, x).reason).toMatch(/fewer than 100/);
    expect(run(true, line, { guide: lineGuide, numSamples: 20 }, x).reason).toBeUndefined();
    const inner = new Importance(line, { guide: lineGuide, numSamples: draws });
    expect(poutine.trace(() => inner.run(x)).getTrace().stochasticNodes).toEqual([]);
    expect(inner.reason).toMatch(/effect handlers/);
    expect(() => run("always" as never, line, {}, x)).toThrow(/compile[\s\S]*always/);
  });

  it("an execution whose weight is not a number, so that the site is named", () => {
    const bad = () => {
      const scale = sample("scale", new dist.Normal(2, 1));
      sample("z", new dist.Normal(0, tf.sqrt(scale)), { obs: 1 });
    };
    expect(() => run("auto", bad, { numSamples: 2000 })).toThrow(/scale/);
  });
});

it("a stop keeps the compiled executions so far", () => {
  let pressed = false;
  cleanUp.push(
    onCallStart(() => {
      pressed = true;
    }),
    setRunControlFactory(() => ({ poll: () => (pressed ? "stop" : "run"), lrScale: 1 })),
    setNoticeHook(() => {}),
  );
  const numSamples = 1e6;
  const posterior = run("auto", flowModel, { guide: flowGuide, numSamples });
  expect(posterior.execTraces.length).toBeLessThan(numSamples);
  expect(posterior.logWeights).toHaveLength(posterior.execTraces.length);
  expect(Number.isFinite(posterior.getLogNormalizer())).toBe(true);
});
