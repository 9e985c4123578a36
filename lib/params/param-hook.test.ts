import { afterAll, beforeEach, describe, expect, it } from "vitest";
import "../tensor/index.ts";
import { setNoticeHook } from "../notice.ts";
import { ParamStoreDict } from "./index.ts";
import { ParamHook } from "./param-hook.ts";

// That a kept parameter goes on from its value is what these tests are about.
const restore = setNoticeHook(() => {});
afterAll(restore);

let store: ParamStoreDict;
let hook: ParamHook;

beforeEach(() => {
  store = new ParamStoreDict();
  hook = new ParamHook(store);
});

interface Run {
  cellId?: string;
  tags?: readonly string[];
  makes?: Record<string, number>;
  fails?: boolean;
  resumes?: boolean;
}

/** Executes a pretended cell and says what the hook said before and after it. */
function run({ cellId, tags = [], makes = {}, fails = false, resumes = false }: Run): (string | undefined)[] {
  const before = hook.before({ cellId, tags });
  if (resumes) hook.resume();
  for (const [name, init] of Object.entries(makes)) store.getParam(name, init);
  return [before, hook.after(fails)];
}
const values = () =>
  Object.fromEntries([...store.keys()].map((name) => [name, store.get(name)?.dataSync()[0]]));

describe("a cell that runs again", () => {
  it.each<[string, Run[], Record<string, number>]>([
    [
      "starts fresh",
      [
        { cellId: "a", makes: { x: 1 } },
        { cellId: "a", makes: { x: 2 } },
      ],
      { x: 2 },
    ],
    [
      "keeps other cells' parameters",
      [{ cellId: "a", makes: { x: 1 } }, { cellId: "b", makes: { y: 1 } }, { cellId: "b" }],
      { x: 1 },
    ],
    ["without an id clears nothing", [{ makes: { x: 1 } }, { makes: { x: 2 } }], { x: 1 }],
    [
      "keeps them with the tag",
      [
        { cellId: "a", makes: { x: 1 } },
        { cellId: "a", tags: ["keep-params"], makes: { x: 2 } },
      ],
      { x: 1 },
    ],
    [
      "gets them back when it fails first",
      [
        { cellId: "a", makes: { x: 1 } },
        { cellId: "a", fails: true },
      ],
      { x: 1 },
    ],
    [
      "does not when it fails later",
      [
        { cellId: "a", makes: { x: 1, y: 1 } },
        { cellId: "a", makes: { x: 2 }, fails: true },
      ],
      { x: 2 },
    ],
    [
      "goes on when it resumes",
      [
        { cellId: "a", makes: { x: 1 } },
        { cellId: "a", resumes: true, makes: { x: 2 } },
      ],
      { x: 1 },
    ],
    [
      "owns what it makes, not what it finds",
      [
        { cellId: "a", makes: { x: 1 } },
        { cellId: "b", makes: { x: 9 } },
        { cellId: "b", makes: {} },
      ],
      { x: 1 },
    ],
  ])("%s", (_, runs, expected) => {
    for (const one of runs) run(one);
    expect(values()).toEqual(expected);
  });

  it("says so in one line that names the parameters and the two ways to go on", () => {
    run({ cellId: "a", makes: { x: 1, y: 2 } });
    const [notice] = run({ cellId: "a", makes: { x: 1 } });
    expect(notice).toMatch(/^Cleared x, y .*keep-params.*resume: true.*$/);
    expect(run({ cellId: "b" })).toEqual([undefined, undefined]);
  });

  it("says what came back", () => {
    run({ cellId: "a", makes: { x: 1 } });
    expect(run({ cellId: "a", fails: true })[1]).toMatch(/failed before.*x is back/);
  });

  it("brings back the same life, so that optimizer state still fits", () => {
    run({ cellId: "a", makes: { x: 1 } });
    const life = store.lifeOf("x");
    run({ cellId: "a", fails: true });
    expect(store.lifeOf("x")).toBe(life);
    run({ cellId: "a", makes: { x: 1 } });
    expect(store.lifeOf("x")).not.toBe(life);
  });
});

describe("the policy", () => {
  it("all clears everything on any re-execution", () => {
    hook.policy = "all";
    run({ cellId: "a", makes: { x: 1 } });
    run({ cellId: "b" });
    expect(values()).toEqual({ x: 1 });
    run({ cellId: "b" });
    expect(values()).toEqual({});
  });

  it("off never clears", () => {
    hook.policy = "off";
    run({ cellId: "a", makes: { x: 1 } });
    run({ cellId: "a", makes: { x: 2 } });
    expect(values()).toEqual({ x: 1 });
  });
});

describe("a cell that is told beforehand that it will run again (Observable)", () => {
  const cell = { cellId: "b", tags: [] };

  it("loses what it made at once, and only that", () => {
    hook.before({ cellId: "a", tags: [] });
    store.getParam("kept", 1);
    hook.before(cell);
    store.getParam("mine", 2);
    expect(hook.invalidate(cell)).toEqual(["mine"]);
    expect([...store.keys()]).toEqual(["kept"]);
    expect(hook.before(cell)).toBeUndefined();
  });

  it("keeps it with the tag, and under the policy off", () => {
    hook.before(cell);
    store.getParam("mine", 2);
    expect(hook.invalidate({ ...cell, tags: ["keep-params"] })).toEqual([]);
    hook.policy = "off";
    expect(hook.invalidate(cell)).toEqual([]);
    expect([...store.keys()]).toEqual(["mine"]);
  });
});
