import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { ModelError, PyroError } from "../errors.ts";
import { clearParamStore, deterministic, factor, observe, param, plate, sample } from "../primitives.ts";
import { block, getVectorizedMapDataInfo, identifyDenseEdges, NonlocalExit, Trace, trace } from "./index.ts";

afterEach(() => clearParamStore());

const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;
const errorOf = (f: () => unknown): Error => {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

const model = (n: number) => {
  const loc = param("loc", 0.5);
  const z = sample("z", dist.Normal(loc, 1));
  const b = sample("b", dist.Bernoulli(0.3));
  plate("data", n, () => observe("x", dist.Normal(z, 2), tf.linspace(0, 1, n)));
  deterministic("d", tf.mul(z, 2));
  factor("f", -1.5);
  return b;
};

describe("a trace", () => {
  test("has every site in order, the arguments and the return value", () => {
    const t = trace(model).getTrace(4);
    expect([...t.nodes.keys()]).toEqual(["_INPUT", "loc", "z", "b", "x", "d", "f", "_RETURN"]);
    expect(t.nodes.get("_INPUT")).toMatchObject({ args: [4] });
    expect(t.nodes.get("_RETURN")).toMatchObject({ value: t.get("b")?.value });
    expect(t.stochasticNodes).toEqual(["z", "b"]);
    expect(t.observationNodes).toEqual(["x", "d", "f"]);
    expect(t.reparameterizedNodes).toEqual(["z"]);
    expect(t.nonreparamStochasticNodes).toEqual(["b"]);
    expect(t.paramNodes).toEqual(["loc"]);
    const site = t.get("loc");
    expect(site?.type === "param" && site.unconstrained).toBeInstanceOf(tf.Variable);
  });

  test("sums, memoises and filters log-densities", () => {
    const t = trace(model).getTrace(4);
    const z = number(t.get("z")?.value);
    const b = number(t.get("b")?.value);
    const normal = (x: number, m: number, s: number) =>
      -0.5 * ((x - m) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
    const parts = {
      z: normal(z, 0.5, 1),
      b: Math.log(b === 1 ? 0.3 : 0.7),
      x: [0, 1 / 3, 2 / 3, 1].reduce((sum, x) => sum + normal(x, z, 2), 0),
      d: 0,
      f: -1.5,
    };
    for (const [name, value] of Object.entries(parts)) {
      // float32 has 7 digits, and the values are of size 1 to 10.
      expect(number(t.logPdf((n) => n === name))).toBeCloseTo(value, 4);
    }
    const total = Object.values(parts).reduce((x, y) => x + y);
    expect(number(t.logPdf())).toBeCloseTo(total, 4);
    expect(number(t.logProbSum())).toBeCloseTo(total, 4);
    const site = t.get("x");
    if (site?.type !== "sample") throw new Error("no site x");
    const { logProb } = site;
    t.computeLogProb();
    expect(site.logProb).toBe(logProb);
    expect(logProb?.shape).toEqual([4]);
    t.computeBatchLogPdf();
    expect(site.batchLogPdf?.shape).toEqual([1]);
    expect(number(t.batchLogPdf())).toBeCloseTo(total, 4);
  });

  test("without sites has log-density 0", () => {
    expect(number(new Trace().logPdf())).toBe(0);
    expect(new Trace().formatShapes()).toContain("no sites yet");
  });

  test("copies are apart", () => {
    const t = trace(model, { graphType: "dense" }).getTrace(2);
    const copy = t.copy();
    expect(copy.graphType).toBe("dense");
    expect(copy.edges).toEqual(t.edges);
    copy.removeNode("z");
    expect([t.has("z"), copy.has("z")]).toEqual([true, false]);
    expect(copy.edges.flat()).not.toContain("z");
  });

  test("is made of a function, and flat or dense", () => {
    expect(() => trace(sample("z", dist.Normal(0, 1)) as never)).toThrow(/TracePoutine needs a function/);
    expect(() => trace(() => 0, { graphType: "density" as never })).toThrow(
      /"flat" or "dense"[\s\S]*density/,
    );
    expect(String(trace(block(function coin() {}, {})))).toBe("TracePoutine(BlockPoutine(coin))");
  });

  test("refuses edges to sites it does not have", () => {
    expect(() => trace(model).getTrace(2).addEdge("z", "nobody")).toThrow(/no site "nobody"/);
  });

  test("prints its shapes", () => {
    expect(trace(model).getTrace(4).formatShapes()).toBe(
      [
        "Trace Shapes:",
        " Param Sites:",
        "  loc",
        " Sample Sites:",
        "  z     dist   |",
        "       value   |",
        "  b     dist   |",
        "       value   |",
        "  x     dist 4 |",
        "    observed 4 |",
        "      plates     data (size 4, dim -1)",
        "  d     dist   |",
        "       value   |",
        "  f     dist   | 0",
        "    observed   | 0",
      ].join("\n"),
    );
  });

  test("becomes plain data", () => {
    const json = JSON.parse(JSON.stringify(trace(model).getTrace(2)));
    const x = json.nodes.find((node: { name: string }) => node.name === "x");
    expect(x).toMatchObject({ type: "sample", shape: [2], value: [0, 1], isObserved: true });
    expect(x.plates).toEqual([
      { name: "data", counter: 0, vectorized: true, size: 2, subsampleSize: 2, whole: true, dim: -1 },
    ]);
  });

  test("has names of any kind", () => {
    const t = trace(() =>
      ["__proto__", "constructor", "a b"].map((n) => sample(n, dist.Normal(0, 1))),
    ).getTrace();
    expect(t.stochasticNodes).toEqual(["__proto__", "constructor", "a b"]);
  });
});

describe("edges", () => {
  test("join what may depend, and not iterations of a plate", () => {
    const t = trace(() => {
      sample("a", dist.Normal(0, 1));
      for (const i of plate("p", 2)) {
        sample(`b${i}`, dist.Normal(0, 1));
        sample(`c${i}`, dist.Normal(0, 1));
      }
      sample("d", dist.Normal(0, 1));
    }, "dense").getTrace();
    const pairs = t.edges.map((pair) => pair.join("")).sort();
    const expected = ["ab0", "ab1", "ac0", "ac1", "ad", "b0c0", "b0d", "b1c1", "b1d", "c0d", "c1d"];
    expect(pairs).toEqual(expected.sort());
    expect(t.successors("b0").sort()).toEqual(["c0", "d"]);
    expect(t.predecessors("c1").sort()).toEqual(["a", "b1"]);
  });

  test("can be added to a flat trace later", () => {
    const t = trace(() => ["a", "b"].map((name) => sample(name, dist.Normal(0, 1)))).getTrace();
    expect(t.edges).toEqual([]);
    identifyDenseEdges(t);
    expect(t.edges).toEqual([["a", "b"]]);
  });

  test("know which plates are vectorised", () => {
    const flat = trace(() => plate("p", 3, () => ["a", "b"].map((n) => sample(n, dist.Normal(0, 1)))));
    const info = getVectorizedMapDataInfo(flat.getTrace());
    expect(info.raoBlackwellizable).toBe(true);
    expect(info.nodes.get("p")).toEqual(["a", "b"]);
    const nested = trace(() => plate("p", 3, () => plate("q", 2, () => sample("a", dist.Normal(0, 1)))));
    const bad = getVectorizedMapDataInfo(nested.getTrace());
    expect(bad.raoBlackwellizable).toBe(false);
    expect(bad.warnings).toEqual(['site "a" stands in nested vectorised plates']);
  });
});

describe("an error in a model", () => {
  const failing = () => {
    sample("first", dist.Normal(tf.zeros([3]), 1).toEvent(1));
    throw new TypeError("nothing works");
  };

  test("tells of the sites so far, the original message first", () => {
    const error = errorOf(() => trace(failing)());
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toBeInstanceOf(PyroError);
    expect(error.name).toBe("TypeError");
    expect(error.message).toMatch(/^nothing works\n\nTrace Shapes:[\s\S]*first +dist +\| 3/);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.stack).toContain("failing");
  });

  test("is wrapped once", () => {
    const error = errorOf(() => trace(trace(trace(failing)))());
    expect((error.cause as Error).message).toBe("nothing works");
    expect(error.message.match(/Trace Shapes/g)).toHaveLength(1);
  });

  test("passes control flow through", () => {
    const interrupt = Object.assign(new Error("stop"), { name: "KeyboardInterrupt" });
    expect(
      errorOf(() =>
        trace(() => {
          throw interrupt;
        })(),
      ),
    ).toBe(interrupt);
    const exit = new NonlocalExit({} as never);
    expect(
      errorOf(() =>
        trace(() => {
          throw exit;
        })(),
      ),
    ).toBe(exit);
  });
});

describe("a duplicate site", () => {
  const z = (name = "z") => sample(name, dist.Normal(0, 1));
  const cases: [string, () => unknown, RegExp][] = [
    ["sampled twice", () => [z(), z()], /"z" appears twice[\s\S]*plate/],
    ["sampled and a parameter", () => [param("z", 0), z()], /"z" appears as a param and as a sample/],
    [
      "a subsampled plate used twice",
      () => [1, 2].map(() => plate("p", 4, { subsampleSize: 2 }, () => 0)),
      /"p" appears twice[\s\S]*p\.run/,
    ],
  ];
  test.each(cases)("%s is an error that names it", (_name, run, message) => {
    expect(() => trace(run)()).toThrow(message);
  });

  test("of a parameter is none", () => {
    expect(trace(() => [param("w", 0), param("w")]).getTrace().paramNodes).toEqual(["w"]);
  });
});

test("a density that cannot be computed names the site, its shapes and a way out", () => {
  const t = trace(() => sample("x", dist.Normal(tf.zeros([3]), 1), { obs: tf.zeros([2]) })).getTrace();
  expect(() => t.logPdf()).toThrow(/site "x"[\s\S]*\[3\][\s\S]*\[2\][\s\S]*plate/);
});
