import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { setNoticeHook } from "../notice.ts";
import { param } from "../primitives.ts";
import { withRecording } from "../tensor/index.ts";
import { enableValidation } from "../validation.ts";
import { getParamStore, type ParamEvent, ParamStoreDict } from "./index.ts";

const { constraints } = dist;
const list = (x: tf.Tensor | undefined) => (x === undefined ? undefined : [...x.dataSync()]);

let store: ParamStoreDict;
let notices: string[];
let restoreNotices: () => void;
beforeEach(() => {
  store = new ParamStoreDict();
  notices = [];
  restoreNotices = setNoticeHook((message) => notices.push(message));
});
afterEach(() => {
  store.clear();
  getParamStore().clear();
  restoreNotices();
  enableValidation(true);
});

describe("getParam", () => {
  const inits: [string, Parameters<ParamStoreDict["getParam"]>[1], number[], number[]][] = [
    ["a number", 2, [], [2]],
    ["a nested array", [[1, 2]], [1, 2], [1, 2]],
    ["a tensor", tf.tensor1d([3, 4]), [2], [3, 4]],
    ["an integer tensor", tf.tensor1d([3, 4], "int32"), [2], [3, 4]],
    ["a typed array", Float64Array.of(5), [1], [5]],
    ["a function that returns a number", () => 6, [], [6]],
    ["a function that returns a tensor", () => tf.ones([2]), [2], [1, 1]],
  ];
  test.each(inits)("makes a parameter of %s", (_name, init, shape, values) => {
    const value = store.getParam("w", init);
    expect([value.shape, list(value), value.dtype]).toEqual([shape, values, "float32"]);
    expect(list(store.getParam("w"))).toEqual(values);
  });

  const sets: [dist.Constraint, number[] | number, number[]][] = [
    [constraints.real, 0.5, []],
    [constraints.positive, [0.5, 2], [2]],
    [constraints.unitInterval, 0.3, []],
    [constraints.interval(-1, 3), [0, 2.5], [2]],
    [constraints.greaterThan(2), 2.5, []],
    [constraints.simplex, [0.2, 0.3, 0.5], [2]],
  ];
  test.each(sets)("keeps a value in %s unconstrained", (constraint, init, unconstrainedShape) => {
    const value = store.getParam("w", init, "default", { constraint });
    const expected = [init].flat();
    // Through the transform and back in float32.
    for (const [i, x] of (list(value) ?? []).entries()) expect(x).toBeCloseTo(expected[i] as number, 5);
    expect(store.getUnconstrained("w").shape).toEqual(unconstrainedShape);
    tf.tidy(() => store.getUnconstrained("w").assign(tf.fill(unconstrainedShape, -3)));
    expect(constraint.check(store.getParam("w"))).toBe(true);
  });

  test("calls a function only the first time", () => {
    let calls = 0;
    const init = () => ++calls;
    store.getParam("w", init);
    store.getParam("w", init);
    expect(calls).toBe(1);
  });

  test("gives out values that stay, with gradients to the variable", () => {
    const value = store.getParam("w", 1);
    store.set("w", 5);
    expect([list(value), list(store.get("w"))]).toEqual([[1], [5]]);
    const { grads } = tf.variableGrads(
      () => tf.mul(store.getParam("w"), 3) as tf.Scalar,
      [store.getUnconstrained("w")],
    );
    expect(Object.values(grads).map(list)).toEqual([[3]]);
  });

  test("does not follow the user's array", () => {
    const mine = Float32Array.of(1, 2);
    store.getParam("w", mine);
    mine[0] = 99;
    expect(list(store.get("w"))).toEqual([1, 2]);
  });

  test("survives the scope it was made in, and leaves nothing else there", () => {
    const before = tf.memory().numTensors;
    tf.tidy(
      () =>
        void store.getParam("w", () => tf.exp(tf.ones([3])), "default", { constraint: constraints.positive }),
    );
    expect(tf.memory().numTensors - before).toBe(1);
    expect(list(store.get("w"))?.[0]).toBeCloseTo(Math.E, 5);
  });

  const errors: [string, () => unknown, RegExp][] = [
    ["no initial value", () => store.getParam("w"), /no parameter "w"[\s\S]*empty[\s\S]*initial value/],
    [
      "another shape",
      () => [store.getParam("w", [1, 2]), store.getParam("w", [1, 2, 3])],
      /"w" exists with another shape[\s\S]*\[2\][\s\S]*\[3\][\s\S]*delete\("w"\)/,
    ],
    [
      "a value outside the constraint",
      () => store.getParam("w", [1, -2], "t", { constraint: constraints.positive }),
      /"w" is outside its constraint positive[\s\S]*-2 at index \[1\]/,
    ],
    [
      "a discrete constraint",
      () => store.getParam("w", 1, "t", { constraint: constraints.boolean }),
      /no smooth map/,
    ],
    ["no number", () => store.getParam("w", "a" as never), /"w" is not numeric/],
  ];
  test.each(errors)("refuses %s", (_name, run, message) => {
    expect(run).toThrow(message);
  });

  test("names the cell that made a parameter of another shape", () => {
    store.setOwner("cell-7");
    store.getParam("w", 1);
    expect(() => store.getParam("w", [1])).toThrow(/created by cell cell-7[\s\S]*run cell cell-7 again/);
  });
});

describe("another initial value", () => {
  test("is told once, and not used", () => {
    store.getParam("w", [1, 2]);
    for (let i = 0; i < 3; i++) store.getParam("w", tf.tensor1d([1, 5]));
    expect(list(store.get("w"))).toEqual([1, 2]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/"w"[\s\S]*\[1, 5\][\s\S]*\[1, 2\][\s\S]*clearParamStore/);
  });

  test("is told again of a parameter that was made again", () => {
    for (let i = 0; i < 2; i++) {
      store.getParam("w", 1);
      store.getParam("w", 2);
      store.clear();
    }
    expect(notices).toHaveLength(2);
  });

  const silent: [string, () => unknown][] = [
    ["the same value", () => store.getParam("w", 0.1)],
    ["the same value as a tensor", () => store.getParam("w", tf.scalar(0.1))],
    ["a function", () => store.getParam("w", () => 7)],
    ["none", () => store.getParam("w")],
    ["a tensor, while a step is recorded", () => withRecording(() => store.getParam("w", tf.scalar(7)))],
  ];
  test.each(silent)("is not told of %s", (_name, ask) => {
    store.getParam("w", 0.1);
    ask();
    expect(notices).toEqual([]);
  });

  test("another constraint is told too", () => {
    store.getParam("w", 1);
    store.getParam("w", 1, "default", { constraint: constraints.positive });
    expect(notices[0]).toMatch(/constraint real[\s\S]*positive/);
  });
});

describe("as a map", () => {
  test("has, get, set, delete, keys, values, entries, size", () => {
    store.set("a", 1).set("b", [2, 3], { constraint: constraints.positive });
    expect([store.has("a"), store.has("c"), store.size]).toEqual([true, false, 2]);
    expect([list(store.get("a")), store.get("c")]).toEqual([[1], undefined]);
    expect([...store.keys()]).toEqual(["a", "b"]);
    expect([...store.values()].map((value) => value.shape)).toEqual([[], [2]]);
    expect([...store].map(([name]) => name)).toEqual(["a", "b"]);
    expect([store.delete("a"), store.delete("a"), store.size]).toEqual([true, false, 1]);
    expect(store.getAllParamNames()).toEqual(["b"]);
    expect([...store.namedParameters()]).toEqual([["b", store.getUnconstrained("b")]]);
    expect(String(store)).toBe("ParamStore\n  b: [2] positive");
  });

  test("set keeps the parameter's constraint, and its life while the shape stays", () => {
    store.getParam("w", 1, "default", { constraint: constraints.positive });
    const life = store.lifeOf("w");
    store.set("w", 4);
    expect(list(store.getUnconstrained("w"))?.[0]).toBeCloseTo(Math.log(4), 5);
    expect(store.lifeOf("w")).toBe(life);
    expect(() => store.set("w", -1)).toThrow(/outside its constraint/);
    store.set("w", [1, 2]);
    expect(store.lifeOf("w")).not.toBe(life);
    expect(store.getConstraint("w").name).toBe("positive");
  });

  test("names of any kind", () => {
    for (const name of ["__proto__", "constructor", "a.b$$$c"]) store.getParam(name, 1);
    expect(store.getAllParamNames()).toEqual(["__proto__", "constructor", "a.b$$$c"]);
    const copy = new ParamStoreDict();
    copy.setState(JSON.parse(JSON.stringify(store.getState(), typedArrays)));
    expect(copy.getAllParamNames()).toEqual(store.getAllParamNames());
    expect(store.has("toString")).toBe(false);
  });
});

const typedArrays = (_key: string, x: unknown) => (ArrayBuffer.isView(x) ? [...(x as Float32Array)] : x);

describe("names, tags and marks", () => {
  test("paramName knows what was given out and what is stored", () => {
    const value = store.getParam("w", 1);
    expect([store.paramName(value), store.paramName(store.getUnconstrained("w"))]).toEqual(["w", "w"]);
    expect(store.paramName(tf.scalar(1))).toBeUndefined();
    store.clear();
    store.getParam("w", 1);
    expect(store.paramName(value)).toBeUndefined();
  });

  test("tags group parameters", () => {
    store.getParam("a", 1);
    store.getParam("b", 1, ["x", "y"]);
    expect([...store.getParamTags("a")]).toEqual(["default"]);
    store.tagParams(["a", "b"], "z");
    store.untagParams("b", ["x"]);
    expect([...store.getParamTags("b")]).toEqual(["y", "z"]);
    store.deleteTag("z");
    expect([...store.getParamTags("a"), ...store.getParamTags("b")]).toEqual(["default", "y"]);
    expect(() => store.tagParams("nobody", "x")).toThrow(/no parameter "nobody"[\s\S]*one of a, b/);
  });

  test("marks say what is optimised", () => {
    const a = store.getParam("a", 1);
    store.getParam("b", 1, "x");
    expect(store.getActiveParams().size).toBe(0);
    store.markParamsActive([a, "b"]);
    expect(store.getActiveParams()).toEqual(new Set(["a", "b"].map((name) => store.getUnconstrained(name))));
    expect([...store.getActiveParams("x")]).toEqual([store.getUnconstrained("b")]);
    expect(store.getActiveParams(["x", "default"]).size).toBe(2);
    store.markParamsInactive([store.getUnconstrained("a")]);
    expect([...store.getActiveParams()]).toEqual([store.getUnconstrained("b")]);
    expect(() => store.markParamsActive([tf.scalar(1)])).toThrow(/not a parameter/);
  });

  test("replaceParam puts another value in the place of the one given", () => {
    const old = store.getParam("w", 1);
    store.replaceParam("w", [1, 2], old);
    expect(list(store.get("w"))).toEqual([1, 2]);
    expect(() => store.replaceParam("w", 3, tf.scalar(1))).toThrow(/not that of parameter "w"/);
  });
});

describe("state", () => {
  test("comes back whole: values, constraints, tags, marks", () => {
    store.getParam("a", [0.2, 0.3, 0.5], ["t"], { constraint: constraints.simplex });
    store.getParam("b", [[1, 2]], "default", { constraint: constraints.interval(0, 3) });
    store.getParam("c", tf.ones([2]), "default", {
      constraint: constraints.independent(constraints.greaterThan(tf.tensor1d([0, -1])), 1),
    });
    store.markParamsActive(["a"]);
    const copy = new ParamStoreDict();
    expect(copy.setState(structuredClone(store.getState()))).toEqual({
      replaced: [],
      created: ["a", "b", "c"],
      untouched: [],
    });
    for (const [name, value] of store) {
      expect(list(copy.get(name))).toEqual(list(value));
      expect(copy.getConstraint(name).name).toBe(store.getConstraint(name).name);
    }
    expect([...copy.getParamTags("a")]).toEqual(["t"]);
    expect(copy.getActiveParams().size).toBe(1);
    expect(copy.getState()).toEqual(store.getState());
  });

  test("replaces what it names, keeps the rest, and says so", () => {
    store.set("a", 1).set("b", 2);
    const state = store.getState();
    store.set("a", 10).delete("b");
    store.set("c", 3);
    const life = store.lifeOf("a");
    const variable = store.getUnconstrained("a");
    expect(store.setState(state)).toEqual({ replaced: ["a"], created: ["b"], untouched: ["c"] });
    expect(Object.fromEntries([...store].map(([name, value]) => [name, list(value)?.[0]]))).toEqual({
      a: 1,
      b: 2,
      c: 3,
    });
    // The same parameter goes on: its optimizer's state stays with it, whichever of the two is loaded first.
    expect([store.lifeOf("a"), store.getUnconstrained("a")]).toEqual([life, variable]);
  });

  test("of another shape makes another parameter", () => {
    store.set("a", [1, 2]);
    const state = store.getState();
    store.set("a", 1);
    const life = store.lifeOf("a");
    store.setState(state);
    expect([list(store.get("a")), store.lifeOf("a") === life]).toEqual([[1, 2], false]);
  });

  test("is a copy", () => {
    store.set("a", [1, 2]);
    const state = store.getState();
    store.set("a", [3, 4]);
    expect([...(state.params[0]?.values ?? [])]).toEqual([1, 2]);
  });

  test("that does not fit together changes nothing", () => {
    store.set("a", 1).set("b", 2);
    const state = store.getState();
    const bad = state.params.map((p) =>
      p.name === "b" ? { ...p, shape: [7] } : { ...p, values: Float32Array.of(9) },
    );
    expect(() => store.setState({ version: 1, params: bad })).toThrow(/"b" does not fit together/);
    expect(list(store.get("a"))).toEqual([1]);
  });

  test("leaves no tensors behind", () => {
    store.set("a", [1, 2]).set("b", 2);
    const state = store.getState();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) store.setState(state);
    expect(tf.memory().numTensors).toBe(before);
    store.clear();
    expect(tf.memory().numTensors).toBe(before - 2);
  });
});

describe("scope", () => {
  test("gives an empty store, and the old one back", () => {
    store.set("a", 1);
    const inside = store.scope(() => {
      store.set("a", [5, 6]);
      return [store.size, list(store.get("a"))];
    });
    expect(inside).toEqual([1, [5, 6]]);
    expect(list(store.get("a"))).toEqual([1]);
  });

  test("may begin with a state", () => {
    store.set("a", 1);
    const state = store.getState();
    expect(store.scope(() => list(store.get("a")), state)).toEqual([1]);
  });

  test("puts back after an error, and after a promise", async () => {
    store.set("a", 1);
    const fail = () => {
      store.clear();
      throw new Error("boom");
    };
    expect(() => store.scope(fail)).toThrow("boom");
    const later = store.scope(async () => {
      await Promise.resolve();
      return store.size;
    });
    expect(store.size).toBe(0);
    expect([await later, store.size]).toEqual([0, 1]);
  });
});

describe("cells", () => {
  beforeEach(() => {
    store.setOwner("one");
    store.set("a", 1).set("b", 2);
    store.setOwner("two");
    store.set("c", 3);
    store.set("a", 5);
  });

  test("own what they created, not what they set", () => {
    expect(["a", "b", "c"].map((name) => store.ownerOf(name))).toEqual(["one", "one", "two"]);
    expect(store.namesOwnedBy("one")).toEqual(["a", "b"]);
    expect(store.ownerOf("nobody")).toBeNull();
  });

  test("drop theirs, which can come back with the same life", () => {
    const lives = ["a", "b"].map((name) => store.lifeOf(name));
    const dropped = store.dropOwned("one");
    expect([dropped.names, store.getAllParamNames()]).toEqual([["a", "b"], ["c"]]);
    expect(dropped.restore()).toEqual(["a", "b"]);
    expect(["a", "b"].map((name) => store.lifeOf(name))).toEqual(lives);
    expect(list(store.get("a"))).toEqual([5]);
    expect(dropped.restore()).toEqual([]);
  });

  test("get back only what has not been made anew", () => {
    const dropped = store.dropOwned("one");
    store.set("a", 9);
    expect(dropped.restore()).toEqual(["b"]);
    expect(list(store.get("a"))).toEqual([9]);
  });

  test("free what they discard", () => {
    const before = tf.memory().numTensors;
    const dropped = store.dropOwned("one");
    expect(tf.memory().numTensors).toBe(before);
    dropped.discard();
    expect(tf.memory().numTensors).toBe(before - 2);
    expect(dropped.restore()).toEqual([]);
  });
});

test("changes are told, after they have happened, until the listener ends it", () => {
  const events: [ParamEvent["type"], string, number][] = [];
  const end = store.onChange(({ type, names }) => events.push([type, names.join(" "), store.size]));
  store.getParam("a", 1);
  store.getParam("a", 1);
  store.set("a", 2);
  store.set("b", 2);
  const dropped = store.drop(["a"]);
  dropped.restore();
  store.delete("b");
  store.clear();
  end();
  store.set("c", 1);
  expect(events).toEqual([
    ["create", "a", 1],
    ["set", "a", 1],
    ["create", "b", 2],
    ["delete", "a", 1],
    ["restore", "a", 2],
    ["delete", "b", 1],
    ["clear", "a", 0],
  ]);
});

describe("param", () => {
  test("goes to the process's store", () => {
    const value = param("w", 2, { constraint: constraints.positive, tags: ["x"] });
    expect(list(value)?.[0]).toBeCloseTo(2, 5);
    expect(getParamStore().getConstraint("w")).toBe(constraints.positive);
    expect([...getParamStore().getParamTags("w")]).toEqual(["x"]);
    expect(getParamStore().paramName(value)).toBe("w");
    expect(() => param("", 1)).toThrow(/param needs a name/);
  });
});

describe("reset", () => {
  test("takes a parameter back to its first value, with a life of its own and all else as it was", () => {
    store.setOwner("cell-1", "cell [1]");
    store.getParam("scale", [1, 2], ["a", "b"], { constraint: constraints.positive });
    store.set("scale", [5, 7]);
    const life = store.lifeOf("scale");
    const events: ParamEvent[] = [];
    store.onChange((event) => events.push(event));
    store.reset("scale");
    // The first value goes through a logarithm and back.
    expect(list(store.get("scale"))?.map((x) => Number(x.toFixed(5)))).toEqual([1, 2]);
    expect(store.lifeOf("scale")).not.toBe(life);
    expect(store.ownerOf("scale")).toBe("cell-1");
    expect(store.getConstraint("scale").name).toBe("positive");
    expect([...store.getParamTags("scale")]).toEqual(["a", "b"]);
    expect(events).toEqual([{ type: "create", names: ["scale"] }]);
  });
  test("says why it cannot", () => {
    expect(() => store.reset("none")).toThrow(/no parameter "none"/);
    store.getParam("big", new Float32Array(5000));
    expect(() => store.reset("big")).toThrow(
      /"big" was created with is not remembered[\s\S]*delete\("big"\)/,
    );
  });
});
