import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { jit } from "./index.ts";
import { counters, Hidden, Open } from "./testing/counters.ts";

const value = (x: tf.Tensor): number => x.dataSync()[0] as number;

describe("a counter that a compiled function keeps", () => {
  it.each(Object.entries(counters))("%s", (_, make) => {
    const calls = (wrap: <F extends (x: tf.Tensor) => tf.Tensor>(f: F) => F) => {
      const twist = make();
      const f = wrap((x) => tf.add(x, twist(x)));
      return Array.from({ length: 20 }, (_, i) => value(f(tf.scalar(i))));
    };
    const compiled = calls((f) => jit(f) as unknown as typeof f);
    for (const [i, x] of calls((f) => f).entries()) expect(compiled[i], `call ${i}`).toBeCloseTo(x, 5);
  });
});

describe("what others change between two calls of one turn", () => {
  const open = new Open();
  const map = new Map([["k", 1]]);
  const hidden = new Hidden();
  const key = {};
  const weak = new WeakMap([[key, 1]]);
  const receiver = { calls: 0 };
  const held = { calls: 0 };
  const proxy = new Proxy(held, {});
  let [outside, behindGetter, many] = [0, 0, 0];
  class Methods {
    static calls = 0;
    static #own = 0;
    static next(): void {
      Methods.#own++;
    }
    static get own(): number {
      return Methods.#own;
    }
    read(): number {
      return outside;
    }
    get #secret(): number {
      return many;
    }
    readSecret(): number {
      return this.#secret;
    }
  }
  const methods = new Methods();
  const literal = {
    get value(): number {
      return behindGetter;
    },
  };
  const symbol = Symbol("calls");
  const marked = { [symbol]: 0 };
  const long = new Array<number>(20_000).fill(0);
  const inherited = { calls: 0 };
  const heir = Object.create(inherited) as { calls: number };
  const onTensor = Object.assign(tf.keep(tf.scalar(1)), { calls: 0 });
  const onMath = Object.assign(Math, { calls: 0 });
  const { env } = process;
  env.TSPYRO_TEST = "1";
  const rows: [string, () => () => number, () => void][] = [
    ["a private field", () => () => hidden.calls, () => hidden.next()],
    ["a private field by an arrow function's this", () => hidden.reader, () => hidden.next()],
    ["a private field of an element", () => () => [hidden][0]?.calls ?? 0, () => hidden.next()],
    ["a weak map", () => () => weak.get(key) as number, () => weak.set(key, (weak.get(key) as number) + 1)],
    [
      "a bound receiver",
      () => {
        function read(this: { calls: number }): number {
          return this.calls;
        }
        return read.bind(receiver);
      },
      () => receiver.calls++,
    ],
    ["an object behind a proxy", () => () => proxy.calls, () => held.calls++],
    ["a variable that a method reads", () => () => methods.read(), () => outside++],
    ["a variable that a private getter reads", () => () => methods.readSecret(), () => many++],
    ["a variable that a getter reads", () => () => literal.value, () => behindGetter++],
    ["a static field", () => () => Methods.calls, () => Methods.calls++],
    ["a private static field", () => () => Methods.own, () => Methods.next()],
    ["under a symbol", () => () => marked[symbol], () => marked[symbol]++],
    [
      "in a long list",
      () => () => long[19_999] as number,
      () => (long[19_999] = (long[19_999] as number) + 1),
    ],
    ["inherited", () => () => heir.calls, () => inherited.calls++],
    ["a field", () => () => open.calls, () => open.next()],
    ["what an arrow function's this holds", () => open.reader, () => open.next()],
    ["the environment", () => () => Number(process.env.TSPYRO_TEST), () => (process.env.TSPYRO_TEST = "7")],
    [
      "a member of the environment",
      () => () => Number(env.TSPYRO_TEST),
      () => (env.TSPYRO_TEST = `${env.TSPYRO_TEST}1`),
    ],
    ["a member put on a tensor", () => () => onTensor.calls, () => onTensor.calls++],
    ["a member put on an object of JavaScript's", () => () => onMath.calls, () => onMath.calls++],
    ["a map", () => () => map.get("k") as number, () => map.set("k", (map.get("k") as number) + 1)],
  ];
  it.each(rows)("%s", (_, make, change) => {
    const read = make();
    const f = jit((x: tf.Tensor) => tf.add(x, read()));
    for (let i = 0; i < 4; i++) {
      for (let k = 0; k < 4; k++) expect(value(f(tf.scalar(k)))).toBe(k + read());
      expect(f.program.compiled).toBe(true);
      change();
    }
  });
});
