import { nonNegative } from "../hyper.ts";
import { required, type ScheduleRule } from "./schedule.ts";

export type ExponentialLRArgs = {
  /** Factor of one epoch. */
  gamma: number;
};

/** `lr = base · gamma^epoch`. */
export const exponentialLR: ScheduleRule<ExponentialLRArgs> = {
  name: "ExponentialLR",
  args: { gamma: required(nonNegative(1)) },
  at: ({ args, baseLr, epoch }) => ({ lr: baseLr * args.gamma ** epoch }),
};
