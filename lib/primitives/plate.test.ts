import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { activeHandlers, replay, type SampleSite, trace } from "../poutine/index.ts";
import {
  clearParamStore,
  iarange,
  irange,
  observe,
  param,
  plate,
  sample,
  setRngSeed,
} from "../primitives.ts";

afterEach(() => clearParamStore());

const normal = () => dist.Normal(0, 1);
const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;
const siteOf = (model: () => unknown, name: string): SampleSite => {
  const t = trace(model).getTrace();
  t.computeLogProb();
  const site = t.get(name);
  if (site?.type !== "sample") throw new Error(`no site ${name}`);
  return site;
};

describe("a vectorised plate", () => {
  test("gives its body the indices and returns what the body returns", () => {
    const indices = plate("p", 4, (i) => i);
    expect([...indices.dataSync()]).toEqual([0, 1, 2, 3]);
    expect(indices.dtype).toBe("int32");
    expect(activeHandlers()).toEqual([]);
  });

  test("stretches distributions to its size", () => {
    const site = siteOf(() => plate("p", 4, () => sample("z", normal())), "z");
    expect(site.value?.shape).toEqual([4]);
    expect(site.logProb?.shape).toEqual([4]);
    expect(new Set(site.value?.dataSync()).size).toBe(4);
    expect(siteOf(() => plate("p", 4, () => sample("z", dist.Normal([0], 1))), "z").value?.shape).toEqual([
      4,
    ]);
  });

  const nestings: [string, () => unknown, number[], Record<string, number | null>][] = [
    ["two", () => plate("a", 2, () => plate("b", 3, () => sample("z", normal()))), [3, 2], { a: -1, b: -2 }],
    [
      "three",
      () => plate("a", 2, () => plate("b", 3, () => plate("c", 4, () => sample("z", normal())))),
      [4, 3, 2],
      { a: -1, b: -2, c: -3 },
    ],
    [
      "dims of one's own",
      () => plate("a", 2, { dim: -2 }, () => plate("b", 3, () => sample("z", normal()))),
      [2, 3],
      { a: -2, b: -1 },
    ],
    [
      "a dim further left",
      () => plate("a", 2, { dim: -3 }, () => sample("z", normal())),
      [2, 1, 1],
      { a: -3 },
    ],
    [
      "a sequential one around it",
      () => {
        for (const _ of plate("s", 1)) plate("a", 2, () => sample("z", normal()));
      },
      [2],
      { s: null, a: -1 },
    ],
    [
      "an event",
      () => plate("a", 2, () => sample("z", dist.Normal(tf.zeros([5]), 1).toEvent(1))),
      [2, 5],
      { a: -1 },
    ],
  ];
  test.each(nestings)("nested: %s", (_name, model, shape, dims) => {
    const site = siteOf(model, "z");
    expect(site.value?.shape).toEqual(shape);
    expect(Object.fromEntries(site.condIndepStack.map((frame) => [frame.name, frame.dim]))).toEqual(dims);
    // The outermost plate stands first.
    expect(site.condIndepStack.map((frame) => frame.name)).toEqual(Object.keys(dims));
  });

  test("frees its dim for the next one", () => {
    const model = () => [
      plate("a", 2, () => sample("x", normal())),
      plate("b", 3, () => sample("y", normal())),
    ];
    expect(trace(model).getTrace().get("y")?.condIndepStack[0]?.dim).toBe(-1);
  });

  test("can be made once and entered twice", () => {
    const model = () => {
      const p = plate("p", 10, { subsampleSize: 3 });
      return [p.run(() => sample("a", normal())), p.run(() => sample("b", normal())), p.indices];
    };
    const t = trace(model).getTrace();
    expect([t.get("a")?.value?.shape, t.get("b")?.value?.shape]).toEqual([[3], [3]]);
    expect([...t.sampleSites()].filter((site) => site.isSubsample)).toHaveLength(1);
  });

  test("that outlives a step works in the next one", () => {
    const p = plate("p", 3);
    const step = () => tf.tidy(() => tf.sum(p.run((i) => tf.cast(i, "float32"))).dataSync()[0]);
    expect([step(), step()]).toEqual([3, 3]);
  });

  test("without a size merely declares independence", () => {
    const site = siteOf(() => plate("p", () => observe("x", dist.normal, [1, 2, 3], 0, 1)), "x");
    expect(site.condIndepStack[0]).toMatchObject({ name: "p", vectorized: true, size: -1, dim: null });
    expect([site.scale, site.logProb?.shape]).toEqual([1, [3]]);
  });

  test("has the manual's names", () => {
    expect(iarange("p", 3, (i) => i.size)).toBe(3);
    expect([...irange("p", 3)]).toEqual([0, 1, 2]);
  });
});

describe("subsampling", () => {
  test("draws different indices, scales the density, and names a site after the plate", () => {
    setRngSeed(0);
    const t = trace(() =>
      plate("p", 100, { subsampleSize: 10 }, (i) => [sample("z", normal()), i]),
    ).getTrace();
    const site = t.get("p");
    const indices = [...(site?.value?.dataSync() ?? [])];
    expect(site?.type === "sample" && site.isSubsample).toBe(true);
    expect(new Set(indices).size).toBe(10);
    expect(indices.every((i) => Number.isInteger(i) && i >= 0 && i < 100)).toBe(true);
    expect(t.get("z")).toMatchObject({ scale: 10 });
    expect(t.stochasticNodes).toEqual(["z"]);
  });

  test("scales of nested plates multiply, with a scale handler's too", () => {
    const model = () =>
      plate("a", 6, { subsampleSize: 2 }, () =>
        plate("b", 10, { subsampleSize: 5 }, () => sample("z", normal())),
      );
    expect(siteOf(model, "z")).toMatchObject({ scale: 6, value: { shape: [5, 2] } });
  });

  test("is replayed from the guide to the model", () => {
    const program = () => plate("p", 50, { subsampleSize: 5 }, (i) => [...i.dataSync()]);
    const guide = trace(program);
    const drawn = guide();
    expect(replay(program, { trace: guide.trace })()).toEqual(drawn);
    expect(program()).not.toEqual(drawn);
  });

  test("by indices of one's own scales, and is no site", () => {
    for (const subsample of [[3, 1], tf.tensor1d([3, 1], "int32"), Int32Array.of(3, 1)]) {
      const t = trace(() => plate("p", 8, { subsample }, (i) => [sample("z", normal()), i])).getTrace();
      expect(t.get("z")).toMatchObject({ scale: 4 });
      expect(t.has("p")).toBe(false);
    }
    expect(plate("p", 2, { subsample: [1, 0] }, (i) => [...i.dataSync()])).toEqual([1, 0]);
    expect([...plate("p", 2, { subsample: [1, 0] })]).toEqual([1, 0]);
  });

  test("estimates the full density without bias", () => {
    // 400 minibatches of 5 out of 20: the standard error of the mean is sd/20, and sd is about 40 % of the mean.
    const data = tf.linspace(0, 3, 20);
    const full = number(
      trace(() => plate("p", 20, () => observe("x", normal(), data)))
        .getTrace()
        .logPdf(),
    );
    setRngSeed(1);
    const part = trace(() =>
      plate("p", 20, { subsampleSize: 5 }, (i) => observe("x", normal(), tf.gather(data, i))),
    );
    const estimates = Array.from({ length: 400 }, () => number(part.getTrace().logPdf()));
    const mean = estimates.reduce((a, b) => a + b) / estimates.length;
    const sd = Math.sqrt(estimates.reduce((a, b) => a + (b - mean) ** 2, 0) / estimates.length);
    expect(Math.abs(mean - full)).toBeLessThan((4 * sd) / Math.sqrt(estimates.length));
  });

  test("takes a parameter's elements in the order in which all of them are given", () => {
    const part = () =>
      plate("p", 3, { subsample: [2, 0, 1] }, () => param("w", [10, 11, 12], { eventDim: 0 }));
    expect([...part().dataSync()]).toEqual([12, 10, 11]);
  });

  test("takes a parameter's part where its eventDim is known", () => {
    const model = () =>
      plate("p", 4, { subsample: [3, 1] }, () => param("w", [10, 11, 12, 13], { eventDim: 0 }));
    const traced = trace(model);
    expect([...traced().dataSync()]).toEqual([13, 11]);
    expect(traced.trace.get("w")?.value?.shape).toEqual([4]);
    expect(() => plate("q", 3, () => param("w", undefined, { eventDim: 0 }))).toThrow(
      /"w" does not fit plate "q"/,
    );
  });
});

describe("a sequential plate", () => {
  test("counts its iterations", () => {
    const t = trace(() => {
      for (const i of plate("p", 3)) sample(`z${i}`, normal());
    }).getTrace();
    const counters = ["z0", "z1", "z2"].map((name) => t.get(name)?.condIndepStack[0]?.counter);
    expect(counters).toEqual([1, 2, 3]);
    expect(t.get("z0")?.condIndepStack[0]).toMatchObject({ vectorized: false, dim: null });
  });

  test("subsamples and scales", () => {
    setRngSeed(2);
    const seen: number[] = [];
    const t = trace(() => {
      for (const i of plate("p", 100, { subsampleSize: 4 })) {
        seen.push(i);
        sample(`z${i}`, normal());
      }
    }).getTrace();
    expect(new Set(seen).size).toBe(4);
    expect(t.get(`z${seen[0]}`)).toMatchObject({ scale: 25 });
  });

  test("keeps no handler behind, however it is left", () => {
    const leave = () => {
      for (const _ of plate("p", 3)) throw new Error("out");
    };
    expect(leave).toThrow("out");
    for (const _ of plate("p", 3)) break;
    expect(activeHandlers()).toEqual([]);
  });
});

describe("what goes wrong names the plate and the site", () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      "a batch shape that does not fit",
      () => plate("p", 5, () => sample("x", dist.Normal([1, 2, 3], 1))),
      /Site "x" does not fit plate "p"[\s\S]*size 5 \(or 1\) at batch dimension -1[\s\S]*size 3[\s\S]*toEvent\(1\)[\s\S]*plate/,
    ],
    [
      "data that does not fit",
      () => plate("p", 5, () => observe("x", normal(), [1, 2, 3])),
      /Site "x" does not fit plate "p"[\s\S]*observed value of shape \[3\]/,
    ],
    [
      "full data in a subsampled plate",
      () => plate("p", 5, { subsampleSize: 2 }, () => observe("x", normal(), tf.zeros([5]))),
      /Site "x" does not fit plate "p"[\s\S]*tf\.gather/,
    ],
    [
      "another subsampleSize than the subsample has",
      () => plate("p", 5, { subsampleSize: 2, subsample: [1, 2, 3] }, () => 0),
      /"p" has subsampleSize 2[\s\S]*3 indices/,
    ],
    [
      "a subsample larger than the plate",
      () => plate("p", 5, { subsampleSize: 6 }, () => 0),
      /between 1 and[\s\S]*5[\s\S]*6/,
    ],
    [
      "indices that the plate does not have",
      () => plate("p", 5, { subsample: [1, 5] }, () => 0),
      /"p"[\s\S]*indices from 0 to 4[\s\S]*got: 5/,
    ],
    ["a size that is none", () => plate("p", 2.5, () => 0), /"p"[\s\S]*integer >= 1[\s\S]*2\.5/],
    ["no size to iterate over", () => [...plate("p")], /"p" has no size/],
    ["no size to subsample", () => plate("p", undefined, { subsampleSize: 3 }, () => 0), /"p" has no size/],
    ["a plate in itself", () => plate("p", 2, () => plate("p", 2, () => 0)), /"p" stands inside itself/],
    [
      "a dim that is taken",
      () => plate("a", 2, () => plate("b", 3, { dim: -1 }, () => 0)),
      /"b" cannot have dim -1[\s\S]*plate "a"/,
    ],
    ["a dim from the left", () => plate("p", 2, { dim: 0 }, () => 0), /negative integer/],
    ["no name", () => plate("", 3), /plate needs a name/],
  ];
  test.each(cases)("%s", (_name, run, message) => {
    expect(run).toThrow(message);
    expect(activeHandlers()).toEqual([]);
  });
});
