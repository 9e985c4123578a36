import { afterEach, describe, expect, it } from "vitest";
import * as dist from "../../lib/distributions/index.ts";
import { SVI } from "../../lib/infer/index.ts";
import { Adam } from "../../lib/optim/index.ts";
import { clearParamStore, param, sample } from "../../lib/primitives.ts";
import { getRngState, setSeed } from "../../lib/tensor/index.ts";
import { particleSpread } from "./particle-spread.ts";

afterEach(() => clearParamStore());

const model = () => sample("z", dist.Normal(0, 1));
const sviOf = (loc: number, numParticles = 1) => {
  const guide = () => sample("z", dist.Normal(param(`loc${loc}`, loc), 1));
  return new SVI(model, guide, new Adam({ lr: 0.1 }), "ELBO", { numParticles });
};
const sdOf = (text: string) => Number(/standard deviation ([\d.e−]+)/.exec(text)?.[1]?.replace("−", "-"));

describe("the spread of particles", () => {
  it("is nothing where the guide is exact, and is what theory says where it is not", async () => {
    setSeed(1);
    expect(sdOf(particleSpread(sviOf(0)).plain())).toBeLessThan(1e-6);
    // log q - log p is 2 z - 2: its standard deviation is 2, the loss 2. 400 draws are within 0.5 (7 standard errors).
    const view = particleSpread(sviOf(2), { draws: 400 });
    expect(Math.abs(sdOf(view.plain()) - 2)).toBeLessThan(0.5);
    expect(await view.toSVG()).toContain("loss = −ELBO (nats)");
    // The mean of four has half of it.
    expect(Math.abs(sdOf(particleSpread(sviOf(2, 4), { draws: 400 }).plain()) - 1)).toBeLessThan(0.25);
  });
  it("leaves random numbers as they were", () => {
    const svi = sviOf(1);
    const before = getRngState();
    particleSpread(svi, { draws: 3 });
    expect(getRngState()).toEqual(before);
  });
  it("refuses what is no SVI", () => {
    expect(() => particleSpread({} as never)).toThrow(/arguments of particleSpread/);
    expect(() => particleSpread(sviOf(0), { draws: 1 })).toThrow(/at least 2 draws/);
  });
});
