import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { Predictive } from "../infer/predictive.ts";
import { setNoticeHook } from "../notice.ts";
import { clearParamStore, param, sample } from "../primitives.ts";
import { condition, doIntervene, reparam, substitute, trace } from "./index.ts";
import { LocScaleReparam } from "./reparam/loc-scale.ts";

let notices: string[] = [];
let putBack = () => {};
beforeEach(() => {
  clearParamStore();
  notices = [];
  putBack = setNoticeHook((message) => notices.push(message));
});
afterEach(() => putBack());

const model = () => {
  const loc = param("loc", 1);
  return sample("theta", new dist.Normal(loc, 1));
};

describe("a handler that is told of a site by a name that the program has not", () => {
  it.each([
    ["condition", () => condition(model, { data: { thetta: 1 } })],
    ["doIntervene", () => doIntervene(model, { data: { thetta: 2 } })],
    ["substitute", () => substitute(model, { data: new Map([["thetta", 3]]) })],
    ["reparam", () => reparam(model, { config: { thetta: new LocScaleReparam(0) } })],
  ])("says so once, and names the nearest one: %s", (name, make) => {
    const handled = make();
    for (let i = 0; i < 3; i++) handled();
    expect(notices).toEqual([
      `${name} names the site "thetta", but the program ran without one, so nothing was done there. Did you mean "theta"? Its sites: "loc", "theta".`,
    ]);
  });

  it("says it once too where a loop makes the handler anew", () => {
    for (let i = 0; i < 5; i++) condition(model, { data: { sigma: 1 } })();
    expect(notices).toHaveLength(1);
    expect(notices[0]).not.toContain("Did you mean");
  });

  it.each([
    ["a name that is met", () => condition(model, { data: { theta: 1 } })()],
    ["a parameter", () => substitute(model, { data: { loc: 1, theta: 2 } })()],
    ["a function, which may answer for any", () => condition(model, { data: () => undefined })()],
    [
      "a trace of another program",
      () => condition(model, { data: trace(() => sample("z", new dist.Normal(0, 1))).getTrace() })(),
    ],
    ["one that has nothing", () => condition(model, { data: { sigma: undefined } })()],
    [
      "two programs in one run",
      () => condition(() => [model(), sample("y", new dist.Normal(0, 1))], { data: { theta: 1, y: 2 } })(),
    ],
    [
      "samples of Predictive",
      () =>
        new Predictive(model, {
          posteriorSamples: { theta: tf.tensor1d([1, 2]), other: tf.tensor1d([1, 2]) },
        }).run(),
    ],
  ])("says nothing of %s", (_, run) => {
    run();
    expect(notices).toEqual([]);
  });

  it("says nothing after a run that failed: that has its own error", () => {
    const failing = () => {
      model();
      throw new Error("no");
    };
    expect(() => condition(failing, { data: { sigma: 1 } })()).toThrow("no");
    expect(notices).toEqual([]);
  });
});
