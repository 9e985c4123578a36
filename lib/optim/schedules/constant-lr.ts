import { nonNegative } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type ConstantLRArgs = {
  /** Factor on the rate in the first `totalIters` epochs. */
  factor: number;
  totalIters: number;
};

/** `lr = base · factor` for `totalIters` epochs, then `base`. */
export const constantLR: ScheduleRule<ConstantLRArgs> = {
  name: "ConstantLR",
  args: { factor: nonNegative(1 / 3), totalIters: whole(0, 5) },
  at: ({ args: { factor, totalIters }, baseLr, epoch }) => ({
    lr: epoch < totalIters ? baseLr * factor : baseLr,
  }),
};
