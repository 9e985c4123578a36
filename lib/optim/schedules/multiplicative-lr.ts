import { numberFunction, type ScheduleRule } from "./schedule.ts";

export type MultiplicativeLRArgs = {
  /** Factor on the last epoch's rate, as a function of the epoch (from 1 on). */
  lrLambda: (epoch: number) => number;
};

/** `lr = base · lrLambda(1) · ... · lrLambda(epoch)`. */
export const multiplicativeLR: ScheduleRule<MultiplicativeLRArgs> = {
  name: "MultiplicativeLR",
  args: { lrLambda: numberFunction() },
  at({ args, baseLr, epoch, before }) {
    if (before !== undefined) return { lr: before.lr * args.lrLambda(epoch) };
    let lr = baseLr;
    for (let e = 1; e <= epoch; e++) lr *= args.lrLambda(e);
    return { lr };
  },
};
