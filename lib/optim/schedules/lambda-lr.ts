import { numberFunction, type ScheduleRule } from "./schedule.ts";

export type LambdaLRArgs = {
  /** Factor on the base rate, as a function of the epoch. */
  lrLambda: (epoch: number) => number;
};

/** `lr = base · lrLambda(epoch)`. */
export const lambdaLR: ScheduleRule<LambdaLRArgs> = {
  name: "LambdaLR",
  args: { lrLambda: numberFunction() },
  at: ({ args, baseLr, epoch }) => ({ lr: baseLr * args.lrLambda(epoch) }),
};
