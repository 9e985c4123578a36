import { beforeEach, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import * as optim from "../optim/index.ts";
import { clearParamStore, getParamStore } from "../params/index.ts";
import { param, sample } from "../primitives.ts";
import { Predictive, SVI, Trace_ELBO } from "./index.ts";

beforeEach(() => clearParamStore());

it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "a site and a parameter may be called %s",
  (name) => {
    const model = () => sample(name, dist.Normal(0, 1));
    const guide = () => sample(name, dist.Normal(param(`${name}.loc`, 3), 1));
    const other = () => sample("z", dist.Normal(param(name, 3), 1));
    const adam = new optim.Adam({ lr: 0.1 });
    new SVI(model, guide, adam, new Trace_ELBO()).step();
    new SVI(() => sample("z", dist.Normal(0, 1)), other, adam, new Trace_ELBO()).step();
    const store = getParamStore();
    for (const one of [name, `${name}.loc`]) expect(store.get(one)?.dataSync()[0]).not.toBe(3);
    const state = adam.getState();
    expect(Object.keys(state).sort()).toEqual([name, `${name}.loc`].sort());
    adam.setState(state);
    expect(Object.keys(adam.getState()).sort()).toEqual([name, `${name}.loc`].sort());

    for (const parallel of [false, true]) {
      const drawn = new Predictive(model, { numSamples: 3, parallel }).run();
      expect(Object.entries(drawn).map(([site, { shape }]) => [site, shape])).toEqual([[name, [3]]]);
      const given = new Predictive(model, { posteriorSamples: drawn, returnSites: [name], parallel }).run();
      expect(Object.keys(given)).toEqual([name]);
    }
    const missing = new Predictive(other, { numSamples: 1, returnSites: [name] });
    expect(() => missing.run()).toThrow("no sample site");
  },
);
