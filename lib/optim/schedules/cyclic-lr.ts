import { flag, nonNegative, positive } from "../hyper.ts";
import { numberFunction, oneOf, optional, required, type ScheduleRule, whole } from "./schedule.ts";

export type CyclicLRArgs = {
  /** Smallest rate; replaces the optimizer's. */
  baseLr: number;
  maxLr: number;
  /** Epochs of the rising half of a cycle. */
  stepSizeUp: number;
  /** Epochs of the falling half; as many as of the rising one if left out. */
  stepSizeDown: number | undefined;
  /** Constant height, height halved each cycle, or height times gamma^epoch. */
  mode: "triangular" | "triangular2" | "exp_range";
  gamma: number;
  /** Factor on the height instead of `mode`: of the cycle (from 1) or of the epoch, as `scaleMode` says. */
  scaleFn: ((x: number) => number) | undefined;
  scaleMode: "cycle" | "iterations";
  /** Move the momentum against the rate, between `baseMomentum` and `maxMomentum`. */
  cycleMomentum: boolean;
  baseMomentum: number;
  maxMomentum: number;
};

/** A rate that goes up and down between two bounds (Smith 2017, https://arxiv.org/abs/1506.01186). */
export const cyclicLR: ScheduleRule<CyclicLRArgs> = {
  name: "CyclicLR",
  args: {
    baseLr: required(nonNegative(0)),
    maxLr: required(nonNegative(0)),
    stepSizeUp: whole(1, 2000),
    stepSizeDown: optional(whole(1)),
    mode: oneOf("triangular", "triangular2", "exp_range"),
    gamma: positive(1),
    scaleFn: optional(numberFunction()),
    scaleMode: oneOf("cycle", "iterations"),
    cycleMomentum: flag(true),
    baseMomentum: nonNegative(0.8),
    maxMomentum: nonNegative(0.9),
  },
  conflict: ({ baseLr, maxLr }) =>
    baseLr > maxLr ? `baseLr ${baseLr} is larger than maxLr ${maxLr}` : undefined,
  cyclesMomentum: ({ cycleMomentum }) => cycleMomentum,
  at({ args, epoch }) {
    const down = args.stepSizeDown ?? args.stepSizeUp;
    const length = args.stepSizeUp + down;
    const cycle = Math.floor(epoch / length);
    const into = epoch - cycle * length;
    const rise = into <= args.stepSizeUp ? into / args.stepSizeUp : (length - into) / down;
    const height = rise * heightFactor(args, cycle + 1, epoch);
    const lr = args.baseLr + (args.maxLr - args.baseLr) * height;
    if (!args.cycleMomentum) return { lr };
    return { lr, momentum: args.maxMomentum - (args.maxMomentum - args.baseMomentum) * height };
  },
};

function heightFactor(
  { mode, gamma, scaleFn, scaleMode }: CyclicLRArgs,
  cycle: number,
  epoch: number,
): number {
  if (scaleFn !== undefined) return scaleFn(scaleMode === "cycle" ? cycle : epoch);
  switch (mode) {
    case "triangular":
      return 1;
    case "triangular2":
      return 0.5 ** (cycle - 1);
    case "exp_range":
      return gamma ** epoch;
    default:
      return mode satisfies never;
  }
}
