/** What could make a compiled function silently wrong: each is refused, noticed, or right. */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import os from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../distributions/index.ts";
import { Adam, SGD } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { condition, trace } from "../poutine/index.ts";
import { clearParamStore, param, sample } from "../primitives.ts";
import { getRngState, normal, setSeed } from "../tensor/index.ts";
import { jit, showsSomething } from "./index.ts";

type Scalar = (x: tf.Tensor) => tf.Tensor;
const then = <T>(_: unknown, result: T): T => result;
const value = (x: tf.Tensor): number => x.dataSync()[0] as number;

beforeEach(() => {
  clearParamStore();
  setSeed(1);
});

describe("what a program could not repeat is refused, with the reason", () => {
  let count = 0;
  let last: tf.Tensor | undefined;
  const list: number[] = [];
  const cache = new Map<string, number>();
  const refused: [name: string, f: Scalar, reason: RegExp][] = [
    ["a counter", (x) => tf.add(x, ++count), /"count"|host computes/],
    ["a counter that is not used", (x) => then(count++, tf.neg(x)), /"count"/],
    ["a list that grows", (x) => then(list.push(1), tf.neg(x)), /"list"/],
    ["a map that is filled", (x) => then(cache.set(String(cache.size), 1), tf.neg(x)), /"cache"/],
    ["a result that is kept", (x) => (last = tf.neg(x)), /"last"/],
    ["Math.random", (x) => tf.mul(x, Math.random()), /host computes/],
    ["the clock", (x) => tf.mul(x, performance.now()), /host computes/],
    ["a date", (x) => (new Date().getFullYear() < 2000 ? x : tf.neg(x)), /new Date/],
    ["a date as text", (x) => (Date().length < 3 ? x : tf.neg(x)), /Date\(\)/],
    [
      "a date that is written",
      (x) => (new Intl.DateTimeFormat().format() === "" ? x : tf.neg(x)),
      /DateTimeFormat/,
    ],
    ["the time of an event", (x) => (new Event("x").timeStamp < 0 ? x : tf.neg(x)), /new Event/],
    ["the time of a file", (x) => (new File([], "x").lastModified < 0 ? x : tf.neg(x)), /new File/],
    ["the time of a mark", (x) => (performance.mark("x").startTime < 0 ? x : tf.neg(x)), /performance\.mark/],
    ["a read of a value", (x) => (value(x) > 1e9 ? tf.neg(x) : x), /on the host/],
    ["a random number of Node's", (x) => (randomInt(9) > 10 ? x : tf.neg(x)), /"randomInt"/],
    ["how much memory is free", (x) => (os.freemem() < 1 ? x : tf.neg(x)), /"freemem"|"os"/],
    ["another program", (x) => then(execFileSync("true"), tf.neg(x)), /"execFileSync"/],
    ["what is printed", (x) => then(console.debug(""), tf.neg(x)), /shows something \(console\.debug\)/],
    ["what a notebook shows", (x) => then(showsSomething("display"), tf.neg(x)), /\(display\)/],
    ["a random op of tfjs", (x) => tf.add(x, tf.randomNormal([])), /host computes/],
    [
      "a shape that depends on values",
      (x) => tf.sum(tf.unique(tf.reshape(x, [1])).values),
      /depends on values/,
    ],
    ["a variable that is made", () => tf.variable(tf.scalar(1), false).add(0), /makes a variable/],
    ["a seed that is set", (x) => then(setSeed(3), tf.add(x, normal([]))), /sets the random seed/],
    [
      "a plain result that changes",
      ((x: tf.Tensor) => ({ x: tf.neg(x), n: ++count })) as never,
      /"count"|returns something else/,
    ],
    ["a result that is an object of a class", (() => new dist.Normal(0, 1)) as never, /holds a Normal/],
  ];
  it.each(refused)("%s", (_, f, reason) => {
    const jitted = jit(f);
    for (let i = 0; i < 8; i++) jitted(tf.scalar(i));
    expect(jitted.program.compiled).toBe(false);
    expect(jitted.program.reason).toMatch(reason);
    expect(last === undefined || last.isDisposed !== undefined).toBe(true);
  });

  it("a promise is an error", () => {
    expect(() => jit(async (x: tf.Tensor) => tf.neg(x))(tf.scalar(1))).toThrow(/returned a Promise/);
  });
});

describe("what changes between calls is seen", () => {
  it("arguments: numbers, structures, shapes, types, the same tensor twice, a variable", () => {
    const f = jit((a: tf.Tensor, b: { c: tf.Tensor | number }, n: number) =>
      tf.sum(tf.add(tf.mul(a, b.c), n)),
    );
    const v = tf.variable(tf.scalar(5));
    const w = tf.variable(tf.scalar(6));
    const [x, y] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const calls: [() => tf.Tensor, number][] = [
      [() => f(x, { c: y }, 1), 13],
      [() => f(x, { c: x }, 1), 7],
      [() => f(y, { c: y }, 1), 27],
      [() => f(x, { c: y }, 2), 15],
      [() => f(x, { c: 3 }, 2), 13],
      [() => f(v, { c: w }, 0), 30],
      [() => f(w, { c: w }, 0), 36],
      [() => f(tf.tensor2d([[1, 2, 3]]), { c: 1 }, 0), 6],
      [() => f(tf.tensor1d([1, 2], "int32"), { c: 1 }, 0), 3],
    ];
    for (let round = 0; round < 5; round++) {
      for (const [call, wanted] of calls) expect(value(call())).toBe(wanted);
    }
    expect(f.program.compiled).toBe(true);
    v.assign(tf.scalar(7));
    expect(value(f(v, { c: w }, 0))).toBe(42);
  });

  it("variables that are assigned, swapped, and assigned an argument", () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const swap = jit(() => {
      const [x, y] = [tf.add(a, 0), tf.add(b, 0)];
      a.assign(y as tf.Scalar);
      b.assign(x as tf.Scalar);
      return tf.sub(x, y);
    });
    for (let i = 0; i < 6; i++) {
      expect(value(swap())).toBe(i % 2 === 0 ? -1 : 1);
      expect([value(a), value(b)]).toEqual(i % 2 === 0 ? [2, 1] : [1, 2]);
    }
    expect(swap.program.compiled).toBe(true);
    const keep = jit((x: tf.Tensor) => {
      a.assign(x as tf.Scalar);
      return tf.mul(x, 2);
    });
    const same = tf.scalar(4);
    for (const x of [same, same, same, tf.scalar(9), tf.scalar(10)]) {
      keep(x);
      expect(value(a)).toBe(value(x));
    }
    expect(keep.program.reason).toBeUndefined();
  });

  it.each([
    ["without state", () => new SGD({ lr: 0.1 })],
    ["with momentum", () => new SGD({ lr: 0.1, momentum: 0.9 })],
    ["with bias corrections", () => new Adam({ lr: 0.1 })],
  ])("an optimizer %s inside the function", (_, make) => {
    const run = (wrap: (f: Scalar) => Scalar) => {
      clearParamStore();
      param("w", tf.tensor1d([1, 2, 3]));
      const optimizer = make();
      const w = () => getParamStore().getUnconstrained("w");
      const f = wrap((x) => {
        optimizer.update(["w"], { w: tf.sub(w(), x) });
        return tf.sum(w());
      });
      return Array.from({ length: 8 }, () => value(f(tf.tensor1d([0, 0, 0]))));
    };
    const compiled = run((f) => jit(f) as Scalar);
    for (const [i, sum] of run((f) => f).entries()) expect(compiled[i]).toBeCloseTo(sum, 5);
  });

  it("what an argument hands through is the caller's own", () => {
    const f = jit((x: tf.Tensor) => [x, tf.neg(x)]);
    for (let i = 0; i < 4; i++) {
      const x = tf.scalar(i);
      const [through] = f(x);
      through?.dispose();
      expect(value(x)).toBe(i);
    }
  });

  it("parameters that are cleared, made anew, or of another scope", () => {
    const f = jit((x: tf.Tensor) => tf.mul(x, param("scale", 2)));
    for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(3)))).toBe(6);
    expect(f.program.compiled).toBe(true);
    getParamStore().getUnconstrained("scale").assign(tf.scalar(5));
    expect(value(f(tf.scalar(3)))).toBe(15);
    getParamStore().scope(() => expect(value(f(tf.scalar(3)))).toBe(6));
    expect(value(f(tf.scalar(3)))).toBe(15);
    clearParamStore();
    for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(3)))).toBe(6);
    expect(f.program.compiled).toBe(true);
  });

  it("the seed of the random stream", () => {
    const f = jit(() => normal([]));
    const draws = () => Array.from({ length: 3 }, () => value(f()));
    draws();
    setSeed(7);
    const first = draws();
    setSeed(7);
    expect(first).toEqual(Array.from({ length: 3 }, () => value(normal([]))));
    expect(getRngState().counter).toBe(3);
  });

  it("a tensor that is another at each call is told to be an argument, and the results are right", () => {
    let w = tf.scalar(1);
    const f = jit((x: tf.Tensor) => tf.mul(x, w));
    for (let i = 1; i < 12; i++) {
      w = tf.scalar(i);
      expect(value(f(tf.scalar(2)))).toBe(2 * i);
    }
    expect(f.program.reason).toMatch(/another tensor from step to step; pass it as an argument/);
  });

  it("a function behind a variable, and what that has captured", () => {
    let shift = 1;
    const one = (x: tf.Tensor) => tf.add(x, shift);
    const two = (x: tf.Tensor) => tf.mul(x, 10 * shift);
    let chosen = one;
    const f = jit((x: tf.Tensor) => chosen(x));
    const settle = () => Array.from({ length: 3 }, () => value(f(tf.scalar(2))));
    expect(settle()).toEqual([3, 3, 3]);
    shift = 2;
    expect(settle()).toEqual([4, 4, 4]);
    chosen = two;
    expect(settle()).toEqual([40, 40, 40]);
    shift = 3;
    expect(settle()).toEqual([60, 60, 60]);
    expect(f.program.compiled).toBe(true);
  });

  it("a change that a call with another structure of arguments has met already", () => {
    let k = 1;
    const f = jit((x: tf.Tensor) => tf.mul(x, k));
    const [one, two] = [tf.scalar(2), tf.tensor1d([2, 2])];
    for (let i = 0; i < 3; i++) f(one);
    k = 5;
    for (let i = 0; i < 3; i++) expect(value(f(two))).toBe(10);
    expect(value(f(one))).toBe(10);
  });

  it("what a model under a handler of the library has captured", async () => {
    let k = 1;
    const model = () => tf.mul(sample("x", new dist.Normal(0, 1)), k);
    const conditioned = condition(model, { data: { x: tf.scalar(3) } });
    const f = jit(() => conditioned() as tf.Tensor);
    for (let i = 0; i < 4; i++) expect(value(f())).toBe(3);
    expect(f.program.compiled).toBe(true);
    k = 2;
    for (let i = 0; i < 4; i++) expect(value(f())).toBe(6);
  });

  it("lists and objects among the arguments that it changes: it is not compiled", () => {
    const f = jit((list: number[], x: tf.Tensor) => tf.mul(x, list.push(7)));
    const list: number[] = [];
    for (let i = 1; i < 5; i++) expect(value(f(list, tf.scalar(1)))).toBe(i);
    const g = jit((o: { n: number }, x: tf.Tensor) => {
      o.n++;
      return tf.neg(x);
    });
    for (let i = 1; i < 5; i++) {
      const o = { n: 0 };
      g(o, tf.scalar(i));
      expect(o.n).toBe(1);
    }
    expect(g.program.reason).toMatch(/changes its arguments/);
  });

  it("in a later turn of the event loop: what is hidden in an object of a class", async () => {
    class Hidden {
      #k = 1;
      more() {
        this.#k++;
      }
      get k() {
        return this.#k;
      }
    }
    const hidden = new Hidden();
    const f = jit((x: tf.Tensor) => tf.mul(x, hidden.k));
    for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(2)))).toBe(2);
    expect(f.program.compiled).toBe(true);
    hidden.more();
    await Promise.resolve();
    await Promise.resolve();
    for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(2)))).toBe(4);
  });
});

describe("where closures cannot be looked into, as in a browser", () => {
  it("a change is seen in the next turn of the event loop", async () => {
    const inspector = vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
    try {
      let k = 1;
      const f = jit((x: tf.Tensor) => tf.mul(x, k));
      for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(2)))).toBe(2);
      expect(f.program.compiled).toBe(true);
      k = 3;
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (let i = 0; i < 4; i++) expect(value(f(tf.scalar(2)))).toBe(6);
      expect(f.program.compiled).toBe(true);
      let count = 0;
      const g = jit((x: tf.Tensor) => tf.add(x, ++count));
      for (let i = 1; i < 6; i++) expect(value(g(tf.scalar(0)))).toBe(i);
      expect(g.program.reason).toMatch(/host computes|"count"/);
    } finally {
      inspector.mockRestore();
    }
  });
});

describe("where it stands inside of something else", () => {
  it("of a gradient it runs as it is, and the gradient flows", () => {
    const square = jit((x: tf.Tensor) => tf.square(x));
    const slope = tf.grad(square);
    for (let i = 0; i < 4; i++) {
      expect(value(square(tf.scalar(i)))).toBe(i * i);
      expect(value(slope(tf.scalar(i)))).toBe(2 * i);
    }
    expect(square.program.reason).toMatch(/jit\(tf.grad\(f\)\)/);
    const compiled = jit(tf.grad((x: tf.Tensor) => tf.square(x)));
    for (let i = 0; i < 4; i++) expect(value(compiled(tf.scalar(i)))).toBe(2 * i);
    expect(compiled.program.compiled).toBe(true);
  });

  it("of another compiled function it is compiled with that", () => {
    const inner = jit((x: tf.Tensor) => tf.exp(x));
    const outer = jit((x: tf.Tensor) => tf.sqrt(tf.log(tf.square(inner(x)))));
    for (let i = 0; i < 4; i++) expect(value(outer(tf.scalar(i)))).toBeCloseTo(Math.sqrt(2 * i), 5);
    expect(outer.program.compiled).toBe(true);
    expect(String(outer.program)).toMatch(/sqrt/);
  });

  it("of handlers its sites are seen, each time", () => {
    const model = jit(() => sample("x", new dist.Normal(0, 1)));
    for (let i = 0; i < 4; i++) {
      model();
      const run = trace(model).getTrace();
      expect(Number.isFinite(value((run.nodes.get("x") as { value?: unknown }).value as tf.Tensor))).toBe(
        true,
      );
    }
  });
});

it("an error in the middle leaves the function as it was", () => {
  const v = tf.variable(tf.scalar(0));
  let fails = false;
  const f = jit((x: tf.Tensor) => {
    v.assign(tf.add(v, x) as tf.Scalar);
    if (fails) throw new Error("no");
    return tf.mul(v, 1);
  });
  for (let i = 1; i < 4; i++) expect(value(f(tf.scalar(1)))).toBe(i);
  fails = true;
  expect(() => f(tf.scalar(1))).toThrow("no");
  fails = false;
  const now = value(v);
  for (let i = 1; i < 4; i++) expect(value(f(tf.scalar(1)))).toBe(now + i);
});

it("a position outside of its tensor: the error of the function itself", () => {
  const f = jit((x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D));
  const x = tf.tensor1d([1, 2, 3]);
  for (const i of [0, 1, 2]) expect(value(f(x, tf.tensor1d([i], "int32")))).toBe(i + 1);
  const eager = () => tf.gather(x, tf.tensor1d([7], "int32")).dataSync();
  const outcome = (g: () => unknown) => {
    try {
      return String(g());
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(outcome(() => f(x, tf.tensor1d([7], "int32")).dataSync())).toBe(outcome(eager));
});

it("leaves no tensor behind", () => {
  const w = tf.variable(tf.scalar(1));
  const f = jit((x: tf.Tensor) => {
    w.assign(tf.add(w, tf.mean(x)) as tf.Scalar);
    return { y: tf.tanh(x), z: [tf.sum(x), 3] };
  });
  const x = tf.ones([10]);
  for (let i = 0; i < 3; i++) tf.dispose(f(x));
  const before = tf.memory().numTensors;
  for (let i = 0; i < 1000; i++) tf.dispose(f(x));
  expect(tf.memory().numTensors).toBe(before);
  expect(value(w)).toBe(1004);
});

it("a kernel that refuses its input says so, compiled too, and nothing has changed", () => {
  const seen = tf.variable(tf.scalar(0));
  const f = jit((x: tf.Tensor1D) => {
    seen.assign(tf.add(seen, 1) as tf.Scalar);
    return tf.bincount(x, tf.tensor1d([], "int32"), 3);
  });
  const count = (list: number[]) => [...f(tf.tensor1d(list, "int32")).dataSync()];
  for (let i = 0; i < 4; i++)
    expect(count([0, 2, 2, i])).toEqual(
      [
        [2, 0, 2],
        [1, 1, 2],
        [1, 0, 3],
        [1, 0, 2],
      ][i],
    );
  expect(f.program.compiled).toBe(true);
  const before = seen.dataSync()[0];
  expect(() => count([0, -1, 2, 1])).toThrow(/non-negative/);
  expect(seen.dataSync()[0]).toBe(before);
  expect(count([1, 1, 1, 1])).toEqual([0, 4, 0]);
  expect(seen.dataSync()[0]).toBe((before as number) + 1);
  seen.dispose();
});
