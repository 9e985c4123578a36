import { nonNegative } from "../hyper.ts";
import { type ScheduleRule, whole } from "./schedule.ts";

export type CosineAnnealingLRArgs = {
  /** Epochs from the base rate down to `etaMin`; the rate then climbs again. */
  TMax: number;
  /** Smallest rate. */
  etaMin: number;
};

/** `lr = etaMin + (base - etaMin)·(1 + cos(π·epoch/TMax))/2` (Loshchilov and Hutter 2017, without restarts). */
export const cosineAnnealingLR: ScheduleRule<CosineAnnealingLRArgs> = {
  name: "CosineAnnealingLR",
  args: { TMax: whole(1), etaMin: nonNegative(0) },
  at: ({ args: { TMax, etaMin }, baseLr, epoch }) => ({
    lr: etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * epoch) / TMax))) / 2,
  }),
};
