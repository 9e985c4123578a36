/** How many times faster than NumPyro a case is to be: at least (must), and better (aim). */
import type { CaseName } from "./case.ts";

export interface Goal {
  readonly must: number;
  readonly aim?: number;
}

export interface Goals {
  /** Against the steps as one compiled scan. */
  readonly scan: Goal;
  /** Against a jitted step in a Python loop. */
  readonly loop: Goal;
  /** From the first call to the thousandth step, in a cold process. */
  readonly cold?: Goal;
  /** Compiled against our own eager step. */
  readonly eager?: Goal;
}

const cold: Goal = { must: 20, aim: 50 };
const eager: Goal = { must: 100 };
const small = { scan: { must: 5, aim: 12 }, loop: { must: 30, aim: 60 }, cold, eager };

export const goals: { readonly [K in CaseName]: Goals } = {
  coin: { ...small, scan: { must: 8, aim: 12 }, loop: { must: 40, aim: 60 } },
  regression: small,
  eight_schools: small,
  tracegraph: { scan: { must: 1, aim: 3 }, loop: { must: 5, aim: 20 }, cold },
  sequential: { scan: { must: 1, aim: 1.5 }, loop: { must: 70, aim: 120 }, cold: { must: 30, aim: 100 } },
  logistic: { scan: { must: 0.85, aim: 1 }, loop: { must: 1.5, aim: 1.8 } },
  logistic_subsample: { scan: { must: 5, aim: 15 }, loop: { must: 5, aim: 15 } },
  vae: { scan: { must: 0.75, aim: 1 }, loop: { must: 0.85, aim: 1 } },
};
