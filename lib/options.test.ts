import { expect, test } from "vitest";
import * as pyro from "./index.ts";
import { dist, infer, poutine } from "./index.ts";
import { checkOptions } from "./options.ts";

const model = () => pyro.sample("z", dist.Bernoulli(0.5));
/** As a newcomer from Python writes them: types only warn in a notebook. */
const misspelt = (options: object) => options as never;

test.each<[string, () => unknown, RegExp]>([
  ["plate", () => pyro.plate("p", 9, misspelt({ subsample_size: 3 })), /try: subsampleSize/],
  ["param", () => pyro.param("p", 1, misspelt({ constraints: 3 })), /try: constraint$/],
  ["block", () => poutine.block(model, misspelt({ hide_all: true })), /try: hideAll/],
  ["ELBO", () => new infer.ELBO(misspelt({ num_particles: 3 })), /try: numParticles/],
  [
    "Trace_ELBO",
    () => new infer.Trace_ELBO(misspelt({ numParticle: 3 })),
    /at Trace_ELBO[\s\S]*try: numParticles/,
  ],
  ["TraceEnum_ELBO", () => new infer.TraceEnum_ELBO(misspelt({ max_plate_nesting: 1 })), /maxPlateNesting/],
  [
    "SVI's ELBO",
    () => new infer.SVI(model, model, new pyro.optim.Adam(), "ELBO", misspelt({ trace_graph: true })),
    /try: traceGraph/,
  ],
  ["Importance", () => new infer.Importance(model, misspelt({ num_samples: 3 })), /try: numSamples/],
  ["Search", () => new infer.Search(model, misspelt({ max_tries: 3 })), /try: maxTries/],
  ["Predictive", () => new infer.Predictive(model, misspelt({ num_samples: 3 })), /try: numSamples/],
  ["Marginal", () => new infer.Marginal(new infer.Search(model), misspelt({ site: "z" })), /try: sites/],
  [
    "an autoguide",
    () => new infer.AutoDelta(model, misspelt({ init_strategy: "mean" })),
    /try: initStrategy/,
  ],
  [
    "an autoguide of its own",
    () => new infer.AutoIAFNormal(model, misspelt({ hidden_dim: 3 })),
    /try: hiddenDim/,
  ],
  ["its base's", () => new infer.AutoIAFNormal(model, misspelt({ init_scale: 3 })), /try: initScale/],
])("refuses an option that %s does not have, and names the one that is meant", (_, act, message) => {
  expect(act).toThrow(/There is no option/);
  expect(act).toThrow(message);
});

test("refuses the options of a baseline that do not exist", () => {
  const baseline = misspelt({ use_decaying_avg_baseline: true });
  const guide = () => pyro.sample("z", dist.Bernoulli(pyro.param("p", 0.5)), { infer: { baseline } });
  expect(() => new infer.TraceGraph_ELBO().lossAndGrads(model, guide)).toThrow(
    /site "z", option baseline[\s\S]*try: useDecayingAvgBaseline/,
  );
});

test.each([
  ["its name", "positive", /got: positive/],
  ["one that is not called yet", dist.constraints.interval, /the function interval, which makes one/],
])("refuses for a constraint %s", (_, constraint, message) => {
  expect(() => pyro.param("p", 1, { constraint: constraint as never })).toThrow(/This is not a constraint/);
  expect(() => pyro.param("p", 1, { constraint: constraint as never })).toThrow(message);
});

test("takes what exists, and options left out", () => {
  const names = { size: true } as const;
  expect(() => checkOptions("here", { size: 3 }, names)).not.toThrow();
  expect(() => checkOptions("here", undefined, names)).not.toThrow();
  expect(() => checkOptions("here", { colour: 3 } as object, ["size"])).toThrow(
    /expected: size\n {2}got: colour$/,
  );
});
