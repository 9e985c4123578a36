/** Networks in a notebook: under their names, and in cells that are run again. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Kernel, resultText } from "./client.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const run = async (code: string, cellId: string) => resultText(await kernel.execute(code, { cellId }));

const MAKE =
  "setRngSeed(1); const net = new nn.Linear(1, 1); const x = tf.linspace(-1, 1, 20).reshape([20, 1]);";
const TRAIN = `
const model = () => {
  const line = module("net", net);
  plate("rows", 20, { dim: -2 }, () => observe("y", dist.Normal(line.call(x), 0.1), x.mul(3)));
};
const svi = new SVI(model, () => {}, new optim.Adam({ lr: 0.05 }), new Trace_ELBO());
const { losses } = await svi.run(200, { progress: false });
[losses[0]! > 100, losses[199]! < 0, Math.abs(net.weight.dataSync()[0]! - 3) < 0.1].join()`;

it("train, and begin anew from their own weights when the cell that trained them is run again", async () => {
  await kernel.execute(MAKE, { cellId: "make" });
  expect(await run(TRAIN, "train")).toBe("'true,true,true'");
  expect(await run("getParamStore().getAllParamNames().join()", "names")).toBe("'net$$$weight,net$$$bias'");
  expect(await run(TRAIN, "train")).toBe("'true,true,true'");
  await kernel.execute(MAKE, { cellId: "make" });
  expect(await run(TRAIN, "train")).toBe("'true,true,true'");
});

it("are drawn by random_module, whose names are in scope in both spellings", async () => {
  const draw = `random_module("random", net, dist.Normal(0, 1))().call([[1]]).shape.join()`;
  expect(await run(draw, "draw")).toBe("'1,1'");
  expect(await run("[module === pyro.module, randomModule === random_module].join()", "same")).toBe(
    "'true,true'",
  );
});
