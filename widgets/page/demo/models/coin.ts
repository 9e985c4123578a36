import type { MakeDemoModel } from "../model.ts";

const FLIPS = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0];

/** Is a coin fair that fell heads six times out of ten? The posterior is known: Beta(16, 14). */
export const coin: MakeDemoModel = ({ dist, plate, sample }, param) => {
  const { positive } = dist.constraints;
  const fairness = () =>
    new dist.Beta(param("alpha", 8, { constraint: positive }), param("beta", 24, { constraint: positive }));
  return {
    title: "Is this coin fair?",
    model: () => {
      const p = sample("fairness", new dist.Beta(10, 10));
      plate("flips", FLIPS.length, () => sample("flip", new dist.Bernoulli(p), { obs: FLIPS }));
    },
    guide: () => sample("fairness", fairness()),
    lr: 0.02,
    quantities: () => [
      {
        name: "fairness",
        domain: [0, 1],
        guide: fairness(),
        prior: new dist.Beta(10, 10),
        exact: new dist.Beta(16, 14),
      },
    ],
  };
};
