import { fraction, nonNegative } from "../hyper.ts";
import { oneOf, type ScheduleRule, whole } from "./schedule.ts";

export type ReduceLROnPlateauArgs = {
  /** Whether a smaller or a larger metric is better. */
  mode: "min" | "max";
  /** Factor of one reduction. */
  factor: number;
  /** Epochs without an improvement that are borne. */
  patience: number;
  /** What counts as an improvement. */
  threshold: number;
  /** Whether the threshold is relative to the best metric or absolute. */
  thresholdMode: "rel" | "abs";
  /** Epochs after a reduction in which none follows. */
  cooldown: number;
  minLr: number;
  /** A reduction smaller than this is not made. */
  eps: number;
};

/** Reduces the rate when the metric given to `step(metric)` has not improved for `patience` epochs. */
export const reduceLROnPlateau: ScheduleRule<ReduceLROnPlateauArgs> = {
  name: "ReduceLROnPlateau",
  needsMetric: true,
  args: {
    mode: oneOf("min", "max"),
    factor: fraction(0.1),
    patience: whole(0, 10),
    threshold: nonNegative(1e-4),
    thresholdMode: oneOf("rel", "abs"),
    cooldown: whole(0, 0),
    minLr: nonNegative(0),
    eps: nonNegative(1e-8),
  },
  at({ args, baseLr, before, metric = Number.NaN }) {
    if (before === undefined) return { lr: baseLr, bad: 0, cooldown: 0 };
    const better = improves(args, metric, before.best);
    const best = better ? metric : before.best;
    const kept = best === undefined ? {} : { best };
    const cooling = (before.cooldown ?? 0) > 0;
    const cooldown = cooling ? (before.cooldown ?? 0) - 1 : 0;
    const bad = better || cooling ? 0 : (before.bad ?? 0) + 1;
    if (bad <= args.patience) return { lr: before.lr, bad, cooldown, ...kept };
    const reduced = Math.max(before.lr * args.factor, args.minLr);
    const lr = before.lr - reduced > args.eps ? reduced : before.lr;
    return { lr, bad: 0, cooldown: args.cooldown, ...kept };
  },
};

function improves(args: ReduceLROnPlateauArgs, metric: number, best: number | undefined): boolean {
  if (best === undefined) return !Number.isNaN(metric);
  const { mode, threshold, thresholdMode } = args;
  const sign = mode === "min" ? -1 : 1;
  const bound = thresholdMode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === "min" ? metric < bound : metric > bound;
}
