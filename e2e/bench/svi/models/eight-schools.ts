import * as tf from "@tensorflow/tfjs-core";
import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { filled, fixed, tensor } from "../fixed.ts";

const { positive } = dist.constraints;
const SCHOOLS = 8;
const init = {
  mu_loc: filled([], 0),
  mu_scale: filled([], 1),
  tau_loc: filled([], 0),
  tau_scale: filled([], 0.5),
  eta_loc: filled([SCHOOLS], 0),
  eta_scale: filled([SCHOOLS], 1),
};

/** Eight schools, non-centred: effects are mu + tau * eta. */
export const eightSchools: SviCase = {
  name: "eight_schools",
  title: "eight schools, non-centred",
  data: {
    effects: fixed([SCHOOLS], [28, 8, -3, 7, -1, 1, 18, 12]),
    errors: fixed([SCHOOLS], [15, 10, 16, 11, 9, 11, 10, 18]),
  },
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.005, betas: [0.9, 0.999] },
  piece: 2000,
  model(effects, errors) {
    const mu = sample("mu", new dist.Normal(0, 5));
    const tau = sample("tau", new dist.HalfCauchy(5));
    plate("schools", SCHOOLS, () => {
      const eta = sample("eta", new dist.Normal(0, 1));
      const mean = tf.add(mu, tf.mul(tau, eta));
      sample("effect", new dist.Normal(mean, errors as tf.Tensor), { obs: effects });
    });
  },
  guide() {
    const muLoc = param("mu_loc", () => tensor(init.mu_loc));
    const muScale = param("mu_scale", () => tensor(init.mu_scale), { constraint: positive });
    const tauLoc = param("tau_loc", () => tensor(init.tau_loc));
    const tauScale = param("tau_scale", () => tensor(init.tau_scale), { constraint: positive });
    const etaLoc = param("eta_loc", () => tensor(init.eta_loc));
    const etaScale = param("eta_scale", () => tensor(init.eta_scale), { constraint: positive });
    sample("mu", new dist.Normal(muLoc, muScale));
    sample("tau", new dist.LogNormal(tauLoc, tauScale));
    plate("schools", SCHOOLS, () => sample("eta", new dist.Normal(etaLoc, etaScale)));
  },
};
