import type { SviCase } from "../svi/case.ts";
import { coin } from "../svi/models/coin.ts";
import { eightSchools } from "../svi/models/eight-schools.ts";
import { logistic } from "../svi/models/logistic.ts";
import { regression } from "../svi/models/regression.ts";

export type McmcName = "nuts_eight_schools" | "nuts_coin" | "nuts_regression" | "nuts_logistic";

/** One posterior that NUTS draws from: model and data are those of a case of SVI. */
export interface McmcCase {
  readonly name: McmcName;
  readonly title: string;
  readonly svi: SviCase;
  readonly plan: Plan;
}

/** What a process is to do, besides the first run of all. */
export interface Plan {
  readonly warmup: number;
  readonly samples: number;
  readonly targetAcceptProb: number;
  /** Runs after the first. */
  readonly runs: number;
  /** Draws of the short one of two runs whose difference tells the cost of a leapfrog step; 0 where that is not asked. */
  readonly leapfrogDraws: number;
}

const plan: Plan = { warmup: 500, samples: 500, targetAcceptProb: 0.8, runs: 5, leapfrogDraws: 0 };

export const mcmcCases: { readonly [K in McmcName]: McmcCase } = {
  nuts_eight_schools: {
    name: "nuts_eight_schools",
    title: "eight schools, non-centred, NUTS 500 + 500",
    svi: eightSchools,
    plan,
  },
  nuts_coin: { name: "nuts_coin", title: "coin, NUTS 500 + 500", svi: coin, plan },
  nuts_regression: {
    name: "nuts_regression",
    title: "regression 170x3, NUTS 500 + 500",
    svi: regression,
    plan,
  },
  nuts_logistic: {
    name: "nuts_logistic",
    title: "logistic regression 10 000 x 50, NUTS 300 + 300",
    svi: logistic,
    plan: { ...plan, warmup: 300, samples: 300, runs: 2, leapfrogDraws: 100 },
  },
};
