/** What handlers promise for every program, tried on random ones. */
import type * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import { clearParamStore, setRngSeed } from "../primitives.ts";
import * as poutine from "./index.ts";
import { randomProgram } from "./testing/programs.ts";

const { block, condition, doIntervene, mask, replay, scale, seed, substitute, trace, uncondition } = poutine;
type Model = () => tf.Tensor;

const number = (x: tf.Tensor) => x.dataSync()[0] as number;
const values = (t: poutine.Trace) =>
  [...t.sampleSites()].map((site) => [site.name, [...(site.value?.dataSync() ?? [])]]);
const data = (t: poutine.Trace, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, t.get(name)?.value as tf.Tensor]));
const names = (t: poutine.Trace) => [...t.nodes.keys()];
const latent = (t: poutine.Trace) => [...t.sampleSites()].filter((site) => !site.isObserved);

/** Each law gets a program and one trace of it. Sums of float32 terms agree to about 1e-6 of their size. */
const laws: Record<string, (model: Model, t: poutine.Trace) => void> = {
  "replay gives the same values and the same density": (model, t) => {
    const again = trace(replay(model, { trace: t })).getTrace();
    expect(values(again)).toEqual(values(t));
    expect(number(again.logPdf())).toBe(number(t.logPdf()));
  },
  "replay of some sites leaves the others free": (model, t) => {
    const some = latent(t)
      .slice(0, 1)
      .map((site) => site.name);
    const again = trace(replay(model, { trace: t, sites: some })).getTrace();
    for (const name of some)
      expect(again.get(name)?.value?.dataSync()).toEqual(t.get(name)?.value?.dataSync());
    expect(names(again)).toEqual(names(t));
  },
  "conditioning on all latent values observes them and keeps the density": (model, t) => {
    const sites = t.stochasticNodes;
    const conditioned = condition(replay(model, { trace: t }), { data: data(t, sites) });
    const again = trace(conditioned).getTrace();
    expect(again.stochasticNodes).toEqual([]);
    expect(number(again.logPdf())).toBe(number(t.logPdf()));
  },
  "a trace as data conditions on everything in it": (model, t) => {
    expect(trace(condition(replay(model, { trace: t }), { data: t })).getTrace().stochasticNodes).toEqual([]);
  },
  "uncondition frees what condition observed": (model, t) => {
    const freed = trace(uncondition(condition(model, { data: data(t, t.stochasticNodes) }))).getTrace();
    expect(freed.stochasticNodes).toEqual(expect.arrayContaining(t.stochasticNodes));
    expect(freed.observationNodes.every((name) => name.startsWith("d"))).toBe(true);
  },
  "substitute fixes values and leaves sites latent": (model, t) => {
    const again = trace(substitute(model, { data: data(t, t.stochasticNodes) })).getTrace();
    expect(again.stochasticNodes).toEqual(t.stochasticNodes);
    for (const name of t.stochasticNodes) {
      expect(again.get(name)?.value?.dataSync()).toEqual(t.get(name)?.value?.dataSync());
    }
  },
  "intervened sites disappear": (model, t) => {
    const some = t.stochasticNodes.slice(0, 2);
    const again = trace(doIntervene(model, { data: data(t, some) })).getTrace();
    expect(names(again)).toEqual(names(t).filter((name) => !some.includes(name)));
  },
  "hiding and exposing the same sites split the trace in two": (model, t) => {
    const half = names(t).filter((name, i) => i % 2 === 0 && !name.startsWith("_"));
    const hidden = names(trace(block(replay(model, { trace: t }), { hide: half })).getTrace());
    const exposed = names(trace(block(replay(model, { trace: t }), { expose: half })).getTrace());
    const own = (all: string[]) => all.filter((name) => !name.startsWith("_"));
    expect([...own(hidden), ...own(exposed)].sort()).toEqual(own(names(t)).sort());
    expect(own(exposed)).toEqual(half);
  },
  "scales multiply": (model, t) => {
    const once = trace(scale(replay(model, { trace: t }), { scale: 6 })).getTrace();
    const twice = trace(scale(scale(replay(model, { trace: t }), { scale: 3 }), { scale: 2 })).getTrace();
    expect(number(twice.logPdf())).toBe(number(once.logPdf()));
    expect(number(once.logPdf()) / 6 / number(t.logPdf())).toBeCloseTo(1, 5);
  },
  "a mask of zeros takes the density away": (model, t) => {
    expect(
      number(
        trace(mask(replay(model, { trace: t }), { mask: 0 }))
          .getTrace()
          .logPdf(),
      ),
    ).toBeCloseTo(0, 6);
    expect(
      number(
        trace(mask(replay(model, { trace: t }), { mask: true }))
          .getTrace()
          .logPdf(),
      ),
    ).toBe(number(t.logPdf()));
  },
  "a seed makes draws the same and leaves the stream outside alone": (model) => {
    setRngSeed(3);
    const seeded = trace(seed(model, { rngSeed: 11 }));
    const [a, b] = [values(seeded.getTrace()), values(seeded.getTrace())];
    expect(a).toEqual(b);
    const after = values(trace(model).getTrace());
    setRngSeed(3);
    expect(values(trace(model).getTrace())).toEqual(after);
  },
  "an inner trace sees what handlers outside decide": (model, t) => {
    const inner = trace(model);
    condition(replay(inner, { trace: t }), { data: t })();
    expect(inner.trace.stochasticNodes).toEqual([]);
  },
  "a trace is the sum of its sites": (_model, t) => {
    const sum = [...t.sampleSites()].reduce(
      (total, { name }) => total + number(t.logPdf((n) => n === name)),
      0,
    );
    expect(number(t.logProbSum()) - sum).toBeCloseTo(0, 3);
    expect(number(t.copy().logPdf())).toBe(number(t.logPdf()));
  },
};

describe.each(Object.entries(laws))("%s", (_name, law) => {
  afterEach(() => clearParamStore());

  test.each([1, 2, 3, 4, 5, 6])("program %i", (n) => {
    setRngSeed(n);
    const model = randomProgram(n);
    law(model, trace(model).getTrace());
    expect(poutine.activeHandlers()).toEqual([]);
  });
});
