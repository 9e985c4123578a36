import { expect, it } from "vitest";
import * as pyro from "../../lib/index.ts";
import * as widgets from "../index.ts";

const { dist, infer, optim, poutine, sample, tf } = pyro;
const model = () => sample("x", dist.Normal(0, 1));
const svi = new infer.SVI(model, model, new optim.Adam(), "ELBO");
const draws = { x: tf.range(0, 20) };
/** As a newcomer writes it: types only warn in a notebook. */
const wrong = { titel: "Draws" } as object;

it.each<[string, () => unknown]>([
  ["calibrationPlot", () => widgets.calibrationPlot({ ranks: { x: [1, 2] }, draws: 9 }, wrong)],
  ["dashboard", () => widgets.dashboard(svi, wrong)],
  ["density", () => widgets.density(draws, wrong)],
  ["distributionSliders", () => widgets.distributionSliders(dist.Gamma, { rate: [1, 2] }, wrong)],
  ["elboCurve", () => widgets.elboCurve([1, 2], wrong)],
  ["forestPlot", () => widgets.forestPlot(draws, wrong)],
  ["optimizerPath", () => widgets.optimizerPath((x) => x, {}, { start: [0, 0], ...wrong })],
  ["pairsPlot", () => widgets.pairsPlot(draws, wrong)],
  ["paramStoreView", () => widgets.paramStoreView(pyro.getParamStore(), wrong)],
  ["particleSpread", () => widgets.particleSpread(svi, wrong)],
  ["posteriorPlot", () => widgets.posteriorPlot(draws, wrong)],
  ["predictiveCheck", () => widgets.predictiveCheck(tf.ones([3, 2]), [1, 1], wrong)],
  ["rankPlot", () => widgets.rankPlot(draws, wrong)],
  ["renderModel", () => widgets.renderModel(model, wrong)],
  ["traceGraph", () => widgets.traceGraph(poutine.trace(model).getTrace(), wrong)],
  ["tracePlot", () => widgets.tracePlot(draws, wrong)],
  ["traceView", () => widgets.traceView({ model, guide: model }, wrong)],
])("%s names the option that is meant by one that it does not have", (name, show) => {
  expect(show).toThrow(/There is no option "titel"/);
  expect(show).toThrow(new RegExp(`at ${name}\\)`));
});
