import { nonNegative, positive } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type LinearLRArgs = {
  /** Factor at the start. */
  startFactor: number;
  /** Factor from epoch `totalIters` on. */
  endFactor: number;
  totalIters: number;
};

/** The factor on the base rate moves evenly from `startFactor` to `endFactor`. */
export const linearLR: ScheduleRule<LinearLRArgs> = {
  name: "LinearLR",
  args: { startFactor: positive(1 / 3), endFactor: nonNegative(1), totalIters: whole(1, 5) },
  at: ({ args: { startFactor, endFactor, totalIters }, baseLr, epoch }) => ({
    lr: baseLr * (startFactor + (endFactor - startFactor) * Math.min(1, epoch / totalIters)),
  }),
};
