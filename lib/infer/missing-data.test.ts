import { beforeEach, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { Adam } from "../optim/index.ts";
import { condition } from "../poutine/index.ts";
import { clearParamStore, param, sample } from "../primitives.ts";
import type { Numeric } from "../tensor/index.ts";
import { ELBO } from "./elbo.ts";
import { whyNoData } from "./missing-data.ts";
import { SVI } from "./svi.ts";
import { Trace_ELBO } from "./trace-elbo.ts";

beforeEach(() => clearParamStore());

const model = (x: number, y?: Numeric) => {
  const slope = sample("slope", new dist.Normal(0, 1));
  sample("y", new dist.Normal(slope.mul(x), 1), { obs: y });
};
const guide = () => {
  sample("slope", new dist.Normal(param("loc", 0), 1));
};

it.each(["ELBO", "enumerated"])("says that a site is latent because its data are missing: %s", (loss) => {
  const options = loss === "ELBO" ? {} : { enumDiscrete: true };
  const svi = new SVI(model, guide, new Adam({ lr: 0.1 }), "ELBO", options);
  expect(() => svi.step(1)).toThrow(/"y" of the model has no data.*without y.*svi\.step\(x, y\)/s);
  expect(svi.step(1, 2)).toEqual(expect.any(Number));
});

it("says of a site that is drawn what it always said", () => {
  const drawn = () => {
    model(1, 2);
    sample("z", new dist.Normal(0, 1));
  };
  expect(() => new SVI(drawn, guide, new Adam({ lr: 0.1 })).step()).toThrow(/guide has no site "z"/);
});

it.each([
  ["Trace_ELBO", Trace_ELBO],
  ["ELBO", ELBO],
])("asks for an object where %s itself is given", (name, loss) => {
  expect(() => new SVI(model, guide, new Adam({ lr: 0.1 }), loss as never)).toThrow(`try: new ${name}()`);
});

it.each<[string, (...args: never[]) => unknown, unknown[], string]>([
  ["an arrow of one", (y: number) => y, [], "(y) and was called with 0 arguments, without y"],
  [
    "defaults",
    (x: number, _n = [1, 2].length, y = 0) => x + y,
    [],
    "(x) and was called with 0 arguments, without x",
  ],
  ["a handled one", condition((x: number, y: number) => x + y, { data: {} }), [1], "1 argument, without y"],
])("knows the arguments of %s", (_, program, args, told) => {
  expect(whyNoData(program as never, args)).toContain(told);
});

it("is told too where a missing argument ends the run", () => {
  const counting = (flips: readonly number[]) => {
    sample("n", new dist.Normal(flips.length, 1));
  };
  const run = () => new SVI(counting, () => {}, new Adam({ lr: 0.1 })).step(...([] as unknown as [number[]]));
  expect(run).toThrow(/undefined.*\(the program takes \(flips\).*0 arguments, without flips\)/);
});

it("says no more where all arguments came", () => {
  expect(whyNoData((x: number) => x, [1])).toBe("its obs is undefined");
});
