import { nonNegative } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type CosineAnnealingWarmRestartsArgs = {
  /** Epochs before the first restart. */
  T0: number;
  /** Factor on the length of each next period. */
  TMult: number;
  /** Smallest rate. */
  etaMin: number;
};

/** Cosine annealing that starts again from the base rate (SGDR, https://arxiv.org/abs/1608.03983, equation 5). */
export const cosineAnnealingWarmRestarts: ScheduleRule<CosineAnnealingWarmRestartsArgs> = {
  name: "CosineAnnealingWarmRestarts",
  args: { T0: whole(1), TMult: whole(1, 1), etaMin: nonNegative(0) },
  at({ args: { T0, TMult, etaMin }, baseLr, epoch }) {
    let [period, since] = [T0, epoch];
    if (TMult === 1) since = epoch % T0;
    else
      while (since >= period) {
        since -= period;
        period *= TMult;
      }
    return { lr: etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * since) / period))) / 2 };
  },
};
