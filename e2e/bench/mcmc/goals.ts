/** How many times better than NumPyro a case is to be: at least (must), and better (aim). */
import type { Goal } from "../svi/goals.ts";
import type { McmcName } from "./case.ts";
import type { RatioName } from "./record.ts";

export const mcmcGoals: { readonly [K in McmcName]: Readonly<Partial<Record<RatioName, Goal>>> } = {
  nuts_eight_schools: { warm: { must: 30, aim: 60 }, cold: { must: 80 }, ess: { must: 10 } },
  nuts_coin: { ess: { must: 10 } },
  nuts_regression: { ess: { must: 10 } },
  nuts_logistic: { leapfrog: { must: 1 } },
};
