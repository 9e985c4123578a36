import type { MakeDemoModel } from "../model.ts";

const EFFECTS = [28, 8, -3, 7, -1, 1, 18, 12];
const ERRORS = [15, 10, 16, 11, 9, 11, 10, 18];

/** Eight schools (Rubin, 1981), non-centred: how much coaching helps, and how much schools differ in that. */
export const eightSchools: MakeDemoModel = ({ dist, plate, sample, tf }, param) => {
  const { positive } = dist.constraints;
  const n = EFFECTS.length;
  const mu = () => new dist.Normal(param("mu_loc", 0), param("mu_scale", 1, { constraint: positive }));
  const tau = () =>
    new dist.LogNormal(param("tau_loc", 0), param("tau_scale", 0.5, { constraint: positive }));
  return {
    title: "Eight schools",
    model: () => {
      const mean = sample("mu", new dist.Normal(0, 5));
      const spread = sample("tau", new dist.HalfCauchy(5));
      plate("schools", n, () => {
        const eta = sample("eta", new dist.Normal(0, 1));
        sample("effect", new dist.Normal(tf.add(mean, tf.mul(spread, eta)), ERRORS), { obs: EFFECTS });
      });
    },
    guide: () => {
      sample("mu", mu());
      sample("tau", tau());
      plate("schools", n, () => {
        const scale = param("eta_scale", () => tf.ones([n]), { constraint: positive });
        sample(
          "eta",
          new dist.Normal(
            param("eta_loc", () => tf.zeros([n])),
            scale,
          ),
        );
      });
    },
    lr: 0.02,
    quantities: () => [
      { name: "mean effect", domain: [-10, 20], guide: mu(), prior: new dist.Normal(0, 5) },
      { name: "spread of the schools", domain: [0.01, 20], guide: tau(), prior: new dist.HalfCauchy(5) },
    ],
  };
};
