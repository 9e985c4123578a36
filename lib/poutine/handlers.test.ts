/** Each handler's own particulars; what they promise for every program is in algebra.test.ts. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, getParamStore, observe, param, plate, sample } from "../primitives.ts";
import * as poutine from "./index.ts";

const { condition, ConditionPoutine, replay, ReplayPoutine, scale, ScalePoutine, Trace, trace } = poutine;

afterEach(() => clearParamStore());

const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;
const z = () => sample("z", dist.Normal(0, 1));

describe("condition", () => {
  const given = { z: 2 };
  const forms: [string, poutine.Table<tf.Tensor | number>][] = [
    ["an object", given],
    ["a map", new Map([["z", 2]])],
    ["a function", (site) => (site.name === "z" ? 2 : undefined)],
    ["a trace", trace(condition(z, { data: given })).getTrace()],
  ];
  test.each(forms)("takes %s, in its modern form and in the manual's", (_name, data) => {
    for (const conditioned of [condition(z, { data }), new ConditionPoutine(z, data)]) {
      const t = trace(conditioned).getTrace();
      expect(t.observationNodes).toEqual(["z"]);
      expect(number(t.get("z")?.value)).toBe(2);
    }
  });

  test("does not take methods of objects for data", () => {
    const model = () => sample("constructor", dist.Normal(0, 1));
    expect(trace(condition(model, { data: {} })).getTrace().observationNodes).toEqual([]);
  });

  test("observes a site named data", () => {
    const model = () => sample("data", dist.Normal(0, 1));
    expect(number(condition(model, { data: { data: 3 } })())).toBe(3);
    expect(number(new ConditionPoutine(model, { data: 3 })())).toBe(3);
  });
});

describe("scale", () => {
  test.each([
    ["a number", 3],
    ["a tensor", tf.scalar(3)],
  ])("takes %s", (_name, factor) => {
    const plain = number(
      trace(condition(z, { data: { z: 1 } }))
        .getTrace()
        .logPdf(),
    );
    for (const scaled of [scale(z, { scale: factor }), new ScalePoutine(z, factor)]) {
      const t = trace(condition(scaled, { data: { z: 1 } })).getTrace();
      expect(number(t.logPdf())).toBeCloseTo(3 * plain, 5);
      const site = t.get("z");
      expect(number(site?.type === "sample" ? site.unscaledLogProb : undefined)).toBeCloseTo(plain, 5);
    }
  });

  test.each([0, -1, Number.NaN])("refuses %d", (factor) => {
    expect(() => scale(z, { scale: factor })).toThrow(/positive/);
  });
});

describe("replay", () => {
  const guide = () => [sample("a", dist.Normal(0, 1)), sample("b", dist.Normal(0, 1))];
  const t = trace(guide).getTrace();
  const value = (name: string) => number(t.get(name)?.value);

  const model = () => [sample("a", dist.Normal(5, 1)), sample("b", dist.Normal(5, 1))].map(number);
  const forms: [string, poutine.ReplaySites | undefined, [boolean, boolean]][] = [
    ["all sites", undefined, [true, true]],
    ["a list", ["a"], [true, false]],
    ["a set", new Set(["b"]), [false, true]],
    ["a function", (name) => name === "b", [false, true]],
    ["no site", [], [false, false]],
  ];
  test.each(forms)("of %s", (_name, sites, expected) => {
    for (const replayed of [
      replay(model, { trace: t, ...(sites && { sites }) }),
      new ReplayPoutine(model, t, sites),
    ]) {
      const [a, b] = replayed();
      expect([a === value("a"), b === value("b")]).toEqual(expected);
    }
  });

  test("by other names", () => {
    expect(replay(model, { trace: t, sites: { a: "b", b: "a" } })()).toEqual([value("b"), value("a")]);
    expect(replay(model, { trace: t, sites: new Map([["a", "b"]]) })()[0]).toBe(value("b"));
  });

  test("of parameters", () => {
    param("w", 1);
    expect(number(replay(() => param("w"), { params: { w: 7 } })())).toBe(7);
    expect(number(getParamStore().get("w"))).toBe(1);
  });

  test("keeps what the model observes", () => {
    const observing = () => number(observe("a", dist.Normal(0, 1), 9));
    expect(replay(observing, { trace: t })()).toBe(9);
  });

  test("refuses a site that is no latent one in the trace", () => {
    const observed = trace(() => observe("a", dist.Normal(0, 1), 1)).getTrace();
    expect(() => replay(model, { trace: observed })()).toThrow(/"a" cannot be replayed[\s\S]*observed/);
    const parameter = trace(() => param("a", 1)).getTrace();
    expect(() => replay(model, { trace: parameter })()).toThrow(/"a" cannot be replayed[\s\S]*param/);
  });

  test("needs something to replay", () => {
    expect(() => replay(model, {})).toThrow(/nothing to replay/);
  });

  test("refuses other sizes of a plate than the guide's", () => {
    const inPlate = (size: number, subsampleSize: number) => () =>
      plate("p", size, { subsampleSize }, () => sample("x", dist.Normal(0, 1)));
    const run = (guideSize: number, guideSub: number, size: number, sub: number) => () =>
      replay(inPlate(size, sub), { trace: trace(inPlate(guideSize, guideSub)).getTrace() })();
    expect(run(6, 3, 6, 2)).toThrow(/"p"[\s\S]*subsampleSize 2[\s\S]*3 indices/);
    expect(run(6, 6, 6, 2)).toThrow(/"p" has different sizes[\s\S]*6 of 6[\s\S]*2 of 6/);
    expect(run(6, 2, 6, 6)).toThrow(/"p" has different sizes/);
    expect(run(6, 6, 7, 7)).toThrow(/"p" has different sizes/);
  });
});

describe("lift", () => {
  const model = () => tf.add(param("w", 0), param("v", 0));
  const prior = dist.Normal(10, 0.001);
  const forms: [string, poutine.LiftOptions["prior"], string[]][] = [
    ["a distribution", prior, ["w", "v"]],
    ["a table", { w: prior }, ["w"]],
    ["a map", new Map([["v", prior]]), ["v"]],
    ["a function of the site", (site: { name: string }) => (site.name === "w" ? prior : undefined), ["w"]],
    ["a table of lowercase functions", { w: () => tf.scalar(10) }, ["w"]],
  ];
  test.each(forms)("takes %s", (_name, given, lifted) => {
    const t = trace(poutine.lift(model, { prior: given })).getTrace();
    expect(t.stochasticNodes).toEqual(lifted);
    expect(t.paramNodes).toEqual(["w", "v"].filter((name) => !lifted.includes(name)));
    for (const name of lifted) expect(number(t.get(name)?.value)).toBeCloseTo(10, 1);
  });

  test("makes no parameter in the store", () => {
    poutine.lift(model, { prior })();
    expect(getParamStore().size).toBe(0);
  });

  test("lifted parameters are scored, scaled by plates, and can be conditioned on", () => {
    const t = trace(condition(poutine.lift(model, { prior: { w: dist.Normal(0, 1) } }), { data: { w: 0 } }));
    expect(number(t.getTrace().logPdf())).toBeCloseTo(-0.5 * Math.log(2 * Math.PI), 5);
  });
});

describe("escape", () => {
  test("leaves at the site, which no handler outside sees", () => {
    const outer = trace(poutine.escape(z, { escapeFn: (site) => site.name === "z" }));
    expect(() => outer()).toThrow(poutine.NonlocalExit);
    expect(outer.trace.has("z")).toBe(false);
  });

  test("resetStack makes the handlers outside forget, up to a block", () => {
    const [far, near] = [trace(null), trace(null)];
    far.run(() =>
      poutine.block(null, { hide: ["b"] }).run(() =>
        near.run(() => {
          sample("a", dist.Normal(0, 1));
          try {
            poutine.escape(() => sample("b", dist.Normal(0, 1)), { escapeFn: () => true })();
          } catch (exit) {
            (exit as poutine.NonlocalExit).resetStack();
          }
        }),
      ),
    );
    expect([near.trace.has("a"), far.trace.has("a")]).toEqual([false, true]);
  });
});

describe("queue", () => {
  const model = () => {
    const a = number(sample("a", dist.Bernoulli(0.3)));
    return `${a}${a === 1 ? number(sample("b", dist.Bernoulli(0.5))) : ""}`;
  };

  test("returns every execution once, the shortest first", () => {
    const next = poutine.queue(model, { queue: [new Trace()] });
    expect([next(), next(), next()]).toEqual(["0", "10", "11"]);
    expect(() => next()).toThrow(/every execution has been returned/);
  });

  test("gives up after maxTries", () => {
    expect(() => poutine.queue(model, { queue: [new Trace()], maxTries: 1 })()).toThrow(/1 tries/);
  });

  test("lets handlers outside see the completed execution only", () => {
    const t = trace(poutine.queue(model, { queue: [new Trace()] })).getTrace();
    expect(t.stochasticNodes).toEqual(["a"]);
  });
});

test("inferConfig adds to the options of sites", () => {
  const model = () => sample("z", dist.Normal(0, 1), { infer: { own: 1 } });
  const configured = poutine.inferConfig(model, {
    configFn: ({ name }) => ({ name, enumerate: "parallel" }),
  });
  expect(trace(configured).getTrace().get("z")?.infer).toEqual({ own: 1, name: "z", enumerate: "parallel" });
});

test("uncondition keeps what was observed", () => {
  const site = trace(poutine.uncondition(() => observe("x", dist.Normal(0, 1), 7)))
    .getTrace()
    .get("x");
  expect(site?.isObserved).toBe(false);
  expect(number(site?.infer.obs as tf.Tensor)).toBe(7);
});

test("mask takes missing data out of the density, and its gradient", () => {
  const model = () => plate("p", 3, () => observe("x", dist.Normal(0, 1), [1, 2, 3]));
  const t = trace(poutine.mask(model, { mask: [true, false, true] })).getTrace();
  t.computeLogProb();
  const site = t.get("x");
  const scores = site?.type === "sample" ? [...(site.logProb?.dataSync() ?? [])] : [];
  expect(scores[1]).toBe(0);
  expect(scores[0]).toBeCloseTo(-0.5 - 0.9189385, 5);
});
