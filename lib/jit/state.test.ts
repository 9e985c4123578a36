import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { jit } from "./index.ts";
import { counters, Open } from "./testing/counters.ts";

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
  const rows: [string, () => () => number, () => void][] = [
    ["a field", () => () => open.calls, () => open.next()],
    ["what an arrow function's this holds", () => open.reader, () => open.next()],
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
