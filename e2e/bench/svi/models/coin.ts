import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { filled, fixed, tensor } from "../fixed.ts";

const { positive } = dist.constraints;
const init = { alpha: filled([], 15), beta: filled([], 15) };

/** Is a coin fair? Six heads in ten flips; the exact posterior is Beta(16, 14). */
export const coin: SviCase = {
  name: "coin",
  title: "coin, Beta guide",
  data: { flips: fixed([10], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]) },
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.0005, betas: [0.9, 0.999] },
  piece: 2000,
  model(flips) {
    const p = sample("p", new dist.Beta(10, 10));
    plate("flips", 10, () => sample("flip", new dist.Bernoulli(p), { obs: flips }));
  },
  guide() {
    const alpha = param("alpha", () => tensor(init.alpha), { constraint: positive });
    const beta = param("beta", () => tensor(init.beta), { constraint: positive });
    sample("p", new dist.Beta(alpha, beta));
  },
};
