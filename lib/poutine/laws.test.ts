/** Laws between handlers, tried on random programs: what doing it twice does, in which order, and what branches there are. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, sample, setRngSeed } from "../primitives.ts";
import * as poutine from "./index.ts";
import { randomProgram } from "./testing/programs.ts";

const { block, condition, doIntervene, lift, mask, queue, replay, scale, trace } = poutine;
type Model = () => unknown;
type Change = (model: Model) => Model;

const number = (x: tf.Tensor) => x.dataSync()[0] as number;
/** All that a trace says of its sites. */
const described = (t: poutine.Trace) =>
  [...t.sampleSites()].map(({ name, value, isObserved, scale: factor }) => ({
    name,
    value: [...(value?.dataSync() ?? [])],
    isObserved,
    scale: typeof factor === "number" ? factor : number(factor),
  }));
/** A program's trace with the same random numbers each time. */
const run = (model: Model) => {
  setRngSeed(5);
  return trace(model).getTrace();
};
const same = (a: Model, b: Model) => {
  const [left, right] = [run(a), run(b)];
  expect(described(left)).toEqual(described(right));
  // The order of the factors of a scale may round differently.
  expect(number(left.logPdf()) / number(right.logPdf())).toBeCloseTo(1, 5);
};
const some = (t: poutine.Trace, n: number) =>
  Object.fromEntries(t.stochasticNodes.slice(0, n).map((name) => [name, t.get(name)?.value as tf.Tensor]));

/** Handlers by name, made for a program and one trace of it. */
const changes = (t: poutine.Trace): Record<string, Change> => {
  const [first, last] = [t.stochasticNodes[0] as string, t.stochasticNodes.at(-1) as string];
  /** Another value than that of the trace, which normal and Bernoulli sites can have. */
  const other = (name: string) => tf.sub(1, t.get(name)?.value as tf.Tensor);
  return {
    condition: (model) => condition(model, { data: { [first]: other(first) } }),
    do: (model) => doIntervene(model, { data: { [last]: other(last) } }),
    replay: (model) => replay(model, { trace: t }),
    block: (model) => block(model, { hide: [t.stochasticNodes[1] ?? last] }),
    mask: (model) => mask(model, { mask: true }),
    scale: (model) => scale(model, { scale: 2 }),
    trace: (model) => trace(model),
  };
};
const IDEMPOTENT = ["condition", "do", "replay", "block", "mask", "trace"];

const pairsOf = (names: readonly string[]) =>
  names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const));

const PROGRAMS = Array.from({ length: 12 }, (_, i) => i + 1);
afterEach(() => clearParamStore());

describe.each(PROGRAMS)("program %i", (n) => {
  const made = () => {
    setRngSeed(n);
    const model = randomProgram(n) as Model;
    return { model, t: trace(model).getTrace() };
  };

  test.each(IDEMPOTENT)("%s twice is once", (name) => {
    const { model, t } = made();
    const change = changes(t)[name] as Change;
    same(change(change(model)), change(model));
  });

  test("handlers that touch different things commute", () => {
    const { model, t } = made();
    const all = changes(t);
    for (const [a, b] of pairsOf(Object.keys(all))) {
      if (a === "condition" && b === "do" && t.stochasticNodes.length === 1) continue;
      const [f, g] = [all[a] as Change, all[b] as Change];
      same(f(g(model)), g(f(model)));
    }
  });

  test("conditioning and intervening at a root give the rest the same values", () => {
    const { model, t } = made();
    // The first site of a random program depends on nothing.
    const data = some(t, 1);
    const [observed, done] = [run(condition(model, { data })), run(doIntervene(model, { data }))];
    const rest = (x: poutine.Trace) => described(x).filter(({ name }) => !(name in data));
    expect(rest(observed)).toEqual(rest(done));
    const root = Object.keys(data)[0] as string;
    const own = number(observed.logPdf((name) => name === root));
    expect(number(observed.logPdf())).toBeCloseTo(number(done.logPdf()) + own, 3);
  });

  test("nested scales multiply, however they are split", () => {
    const { model } = made();
    const nested = scale(scale(scale(model, { scale: 2 }), { scale: 3 }), { scale: 0.5 });
    same(nested, scale(model, { scale: 3 }));
  });

  test("lifted parameters can be conditioned on: then the program is itself, and the prior's score more", () => {
    const { model, t } = made();
    const prior = dist.Normal(0, 2);
    const data = Object.fromEntries(t.paramNodes.map((name) => [name, 0.5]));
    const lifted = run(condition(lift(replay(model, { trace: t }), { prior }), { data }));
    expect(lifted.paramNodes).toEqual([]);
    expect(lifted.observationNodes).toEqual(expect.arrayContaining(t.paramNodes));
    for (const name of t.paramNodes) {
      expect(number(lifted.get(name)?.value as tf.Tensor)).toBe(0.5);
      expect(number(lifted.logPdf((site) => site === name))).toBeCloseTo(number(prior.logProb(0.5)), 5);
    }
  });
});

describe.each([0, 1, 2, 3, 5])("a program of %i coins", (n) => {
  const coins = () =>
    Array.from({ length: n }, (_, i) => number(sample(`z${i}`, dist.Bernoulli(0.2 + 0.1 * i)))).join("");
  const all = Array.from({ length: 2 ** n }, (_, k) => (n === 0 ? "" : k.toString(2).padStart(n, "0")));

  test("queue enumerates exactly 2^n executions, each once", () => {
    const open = [new poutine.Trace()];
    const next = trace(queue(coins, { queue: open }));
    let mass = 0;
    const found = all.map(() => {
      const t = next.getTrace();
      mass += Math.exp(number(t.logPdf()));
      return t.nodes.get("_RETURN") as { value: unknown };
    });
    expect(found.map(({ value }) => value)).toEqual(all);
    expect(mass).toBeCloseTo(1, 5);
    expect(open).toEqual([]);
    expect(() => next()).toThrow(/every execution has been returned/);
    expect(poutine.activeHandlers()).toEqual([]);
  });

  test("escape leaves at each open site: 2^n - 1 partial executions, and 2^n whole ones", () => {
    const open = [new poutine.Trace()];
    const whole: string[] = [];
    let partial = 0;
    for (let known = open.shift(); known !== undefined; known = open.shift()) {
      const start = known;
      const escaping = poutine.escape(replay(coins, { trace: start }), {
        escapeFn: (site) => !start.has(site.name),
      });
      const traced = trace(escaping);
      try {
        whole.push(traced());
      } catch (exit) {
        if (!(exit instanceof poutine.NonlocalExit)) throw exit;
        exit.resetStack();
        partial++;
        open.push(...poutine.enumExtend(traced.trace.copy(), exit.site));
      }
      expect(poutine.activeHandlers()).toEqual([]);
    }
    expect([partial, whole]).toEqual([2 ** n - 1, all]);
  });
});

describe("the stack is empty after an exception at any site of any program", () => {
  test.each(PROGRAMS)("program %i", (n) => {
    const model = randomProgram(n) as Model;
    const t = trace(model).getTrace();
    for (const { name } of t.sampleSites()) {
      class Broken extends poutine.Messenger {
        override processMessage(msg: { readonly name: string }): undefined {
          if (msg.name === name) throw new Error(`broken at ${name}`);
        }
      }
      const around = Object.values(changes(t)).reduce<Model>(
        (inner, change) => change(inner),
        () => new Broken().run(model),
      );
      expect(() => trace(around)()).toThrow(`broken at ${name}`);
      expect(poutine.activeHandlers()).toEqual([]);
    }
  });
});
