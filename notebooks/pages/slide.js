import { defineModel } from "./tspyro/tspyro-demo.js";

defineModel("thermometer", ({ dist, sample }, param) => {
  const guess = () =>
    new dist.Normal(param("loc", 15), param("scale", 2, { constraint: dist.constraints.positive }));
  return {
    title: "How warm is it?",
    model: () => {
      const temperature = sample("temperature", new dist.Normal(18, 2));
      sample("shown", new dist.Normal(temperature, 1), { obs: 21.5 });
    },
    guide: () => sample("temperature", guess()),
    lr: 0.05,
    quantities: () => [
      {
        name: "temperature",
        domain: [12, 26],
        guide: guess(),
        prior: new dist.Normal(18, 2),
        // Precisions add up: 1/4 + 1.
        exact: new dist.Normal((18 / 4 + 21.5) / 1.25, Math.sqrt(1 / 1.25)),
      },
    ],
  };
});
