import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, param } from "../primitives.ts";
import { Adam } from "./index.ts";

beforeEach(() => clearParamStore());

/** A parameter with one step taken on it. */
function stepped() {
  param("x", 1);
  const optim = new Adam({ lr: 0.1 });
  const grads = { x: tf.scalar(2) };
  optim.update(["x"], grads);
  return { optim, grads };
}

describe("optimizer state and the life of a parameter", () => {
  it("does not survive clearParamStore", () => {
    const { optim, grads } = stepped();
    clearParamStore();
    expect(optim.getState()).toEqual({});
    expect(() => optim.update(["x"], grads)).toThrow(/no such parameter[\s\S]*"x"/);
    param("x", 1);
    const fresh = new Adam({ lr: 0.1 });
    optim.update(["x"], grads);
    const after = getParamStore().get("x")?.dataSync()[0];
    getParamStore().set("x", 1);
    fresh.update(["x"], grads);
    expect(after).toBe(getParamStore().get("x")?.dataSync()[0]);
    expect(optim.getState().x?.step).toBe(1);
  });

  it("goes with a parameter that its cell drops, and comes back with it", () => {
    const store = getParamStore();
    store.setOwner("cell-1");
    const { optim } = stepped();
    store.setOwner(null);
    const state = optim.getState();
    const dropped = store.dropOwned("cell-1");
    expect(optim.getState()).toEqual({});
    dropped.restore();
    expect(optim.getState()).toEqual(state);
  });

  it("stays where only the value is set", () => {
    const { optim } = stepped();
    getParamStore().set("x", 5);
    expect(optim.getState().x?.step).toBe(1);
  });
});
