import { nonNegative } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type PolynomialLRArgs = {
  /** The rate is 0 from this epoch on. */
  totalIters: number;
  power: number;
};

/** `lr = base · (1 - epoch/totalIters)^power`. */
export const polynomialLR: ScheduleRule<PolynomialLRArgs> = {
  name: "PolynomialLR",
  args: { totalIters: whole(1, 5), power: nonNegative(1) },
  at: ({ args: { totalIters, power }, baseLr, epoch }) => ({
    lr: baseLr * (1 - Math.min(1, epoch / totalIters)) ** power,
  }),
};
