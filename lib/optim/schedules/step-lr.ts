import { nonNegative } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type StepLRArgs = {
  /** Epochs between two decays. */
  stepSize: number;
  /** Factor of one decay. */
  gamma: number;
};

/** `lr = base · gamma^floor(epoch / stepSize)`. */
export const stepLR: ScheduleRule<StepLRArgs> = {
  name: "StepLR",
  args: { stepSize: whole(1), gamma: nonNegative(0.1) },
  at: ({ args: { stepSize, gamma }, baseLr, epoch }) => ({
    lr: baseLr * gamma ** Math.floor(epoch / stepSize),
  }),
};
