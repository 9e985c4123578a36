import { against, aligned, short } from "../svi/table.ts";
import type { McmcName } from "./case.ts";
import { mcmcGoals } from "./goals.ts";
import type { McmcRecord, RatioName } from "./record.ts";

const HEAD = [
  "",
  "first",
  "again",
  "leapfrog",
  "eff/s",
  "np first",
  "np again",
  "np cached",
  "np leapfrog",
  "np eff/s",
];
const UNITS = ["", "ms", "ms", "µs", "", "ms", "ms", "ms", "µs", ""];

/** The times of all cases, one a line. */
export function mcmcTimes(records: ReadonlyMap<McmcName, McmcRecord>): string {
  const rows = [...records].map(([name, r]) => [
    name,
    ...[r.coldMs, r.warmMs, r.leapfrogUs, r.effectivePerSecond].map(short),
    ...[r.numpyroColdMs, r.numpyroWarmMs, r.numpyroCachedMs].map(short),
    ...[r.numpyroLeapfrogUs, r.numpyroEffectivePerSecond].map(short),
  ]);
  return aligned([HEAD, UNITS, ...rows]);
}

const RATIOS: readonly (readonly [RatioName, string])[] = [
  ["cold", "first run"],
  ["warm", "again"],
  ["cached", "again, np cached"],
  ["leapfrog", "leapfrog"],
  ["ess", "eff/s"],
  ["essCached", "eff/s, np cached"],
];

/** How many times better than NumPyro, beside what is asked for: must / aim. */
export function mcmcRatios(records: ReadonlyMap<McmcName, McmcRecord>): string {
  const rows = [...records].map(([name, { ratios }]) => [
    name,
    ...RATIOS.map(([which]) => against(ratios[which], mcmcGoals[name][which])),
  ]);
  return aligned([["times better", ...RATIOS.map(([, title]) => title)], ...rows]);
}
