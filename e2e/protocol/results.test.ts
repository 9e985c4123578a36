import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, type WireMessage } from "./client.ts";

let kernel: Kernel;
const ofType = (type: string) => (message: WireMessage) => message.header.msg_type === type;

beforeAll(async () => {
  kernel = await Kernel.ready();
  const { reply } = await kernel.execute(
    [
      "const y = [1.2, 0.7, 1.9];",
      "const model = (obs?: number[]) => {",
      "  const mu = sample('mu', dist.Normal(0, 5));",
      "  const tau = sample('tau', dist.HalfNormal(2));",
      "  plate('data', 3, () => sample('y', dist.Normal(mu, tau), obs ? { obs } : {}));",
      "};",
      "const mcmc = await new MCMC(new NUTS(model), { numSamples: 100, numChains: 2, progress: false }).run(y);",
      "const prior = new Predictive(model, { numSamples: 100 }).run();",
      "const predicted = new Predictive(model, { posteriorSamples: mcmc.getSamples() }).run();",
    ].join("\n"),
  );
  expect(reply.content.status).toBe("ok");
  // From here on a cell with a fault in its types does not run: the checker knows all names.
  await kernel.execute("%typecheck error\n1");
});
afterAll(() => kernel.stop());

describe("a cell that ends in a picture of results", () => {
  it.each([
    ["posteriorPlot(mcmc, { prior, truth: { mu: 1 } })", "Posterior densities: mu, tau"],
    ["forestPlot({ posterior: mcmc, prior }, { sites: ['mu', 'tau'] })", "Intervals of the draws: mu, tau"],
    ["pairsPlot(mcmc)", "Draws against each other: mu, tau"],
    ["rankPlot(mcmc)", "Ranks of the draws by chain: mu, tau"],
    ["tracePlot(mcmc.getSamples({ groupByChain: true }))", "Traces and densities by chain: mu, tau"],
    [
      "predictiveCheck(predicted, y, { x: tf.range(0, 3), statistics: { least: (v) => Math.min(...v) } })",
      "Predictions and data of y: 200 draws, 3 observations",
    ],
    ["calibrationPlot({ ranks: { mu: [3, 77], tau: [50, 12] }, draws: 99 })", "Calibration: mu, tau"],
    [
      "optimizerPath((x, y) => tf.add(tf.square(x), tf.mul(4, tf.square(y))), { SGD: (xy) => new optim.raw.SGD(xy, { lr: 0.05 }) }, { start: [-4, 2] })",
      "Optimizers on a loss surface: SGD",
    ],
    ["calibrationPlot(predicted, { y }, { width: 400 })", "Calibration: y"],
  ])("%s", async (code, text) => {
    const execution = await kernel.execute(code);
    expect(errorOf(execution)).toBeUndefined();
    // Nothing of it is live: it is the same in an untrusted notebook and without a kernel.
    expect(execution.messages.filter(ofType("comm_open"))).toEqual([]);
    const { data } = execution.messages.find(ofType("execute_result"))?.content ?? {};
    expect(Object.keys(data)).toEqual(expect.arrayContaining(["text/html", "image/png", "text/plain"]));
    expect(data["text/plain"]).toBe(text);
    expect(data["text/html"]).toMatch(/^<img src="data:image\/svg\+xml;base64,/);
    expect(Buffer.from(data["image/png"], "base64").subarray(1, 4).toString()).toBe("PNG");
  });

  it("has a type", async () => {
    const held = await kernel.execute("const wrong: number = forestPlot(mcmc);");
    expect(errorOf(held)?.ename).toBe("TypeCheckError");
    expect(errorOf(held)?.evalue).toContain("ResultView");
  });

  it("says what is wrong with its arguments", async () => {
    const failed = await kernel.execute("posteriorPlot(mcmc, { sites: ['taw'] })");
    expect(errorOf(failed)?.evalue).toContain('There is no site "taw"');
    expect(errorOf(failed)?.evalue).toContain("try: tau");
  });
});
