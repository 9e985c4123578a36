import { nonNegative } from "../hyper.ts";
import { epochList, type ScheduleRule } from "./schedule.ts";

export type MultiStepLRArgs = {
  /** Epochs at which the rate decays; one that is listed twice counts twice. */
  milestones: readonly number[];
  /** Factor of one decay. */
  gamma: number;
};

/** `lr = base · gamma^(number of milestones passed)`. */
export const multiStepLR: ScheduleRule<MultiStepLRArgs> = {
  name: "MultiStepLR",
  args: { milestones: epochList(), gamma: nonNegative(0.1) },
  at: ({ args: { milestones, gamma }, baseLr, epoch }) => ({
    lr: baseLr * gamma ** milestones.filter((milestone) => milestone <= epoch).length,
  }),
};
