import type { CaseName, SviCase } from "../case.ts";
import { coin } from "./coin.ts";
import { eightSchools } from "./eight-schools.ts";
import { logistic, logisticSubsample } from "./logistic.ts";
import { regression } from "./regression.ts";
import { sequential } from "./sequential.ts";
import { tracegraph } from "./tracegraph.ts";
import { vae } from "./vae.ts";

export const models: { readonly [K in CaseName]: SviCase } = {
  coin,
  regression,
  eight_schools: eightSchools,
  tracegraph,
  sequential,
  logistic,
  logistic_subsample: logisticSubsample,
  vae,
};
