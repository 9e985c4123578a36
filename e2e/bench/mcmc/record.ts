import { medianOf, present, type Ratio, type Reading, ratioOf } from "../rounds.ts";
import type { Agreement } from "../svi/agreement.ts";
import { median } from "../svi/windows.ts";
import type { McmcCase } from "./case.ts";
import { effectiveASecond } from "./effective.ts";
import type { McmcOutcome } from "./outcome.ts";

/** What one round of a case gave, measured one after the other. */
export interface McmcRound {
  readonly ours: McmcOutcome;
  readonly numpyro?: McmcOutcome;
}

/** What `results.json` holds of a case. Times are medians of the rounds; what was not measured is absent. */
export interface McmcRecord {
  readonly coldMs?: number;
  readonly warmMs?: number;
  readonly leapfrogUs?: number;
  /** Effective draws a second, of the number that has fewest. */
  readonly effectivePerSecond?: number;
  readonly numpyroColdMs?: number;
  readonly numpyroWarmMs?: number;
  /** With its compiled programs read from files. */
  readonly numpyroCachedMs?: number;
  readonly numpyroLeapfrogUs?: number;
  readonly numpyroEffectivePerSecond?: number;
  readonly ratios: Readonly<Partial<Record<RatioName, Ratio>>>;
  readonly agreements: readonly (Agreement & { readonly peer: string })[];
  readonly notes: readonly string[];
}

/** `cached` and `essCached`: against NumPyro with its compiled programs read from files. */
export type RatioName = "cold" | "warm" | "cached" | "leapfrog" | "ess" | "essCached";

type Of = Reading<McmcRound>;

export function mcmcRecord(
  { plan }: McmcCase,
  rounds: readonly McmcRound[],
  agreements: McmcRecord["agreements"],
  notes: readonly string[],
): McmcRecord {
  const times = (outcome: McmcOutcome | undefined) => outcome?.runs.map(({ ms }) => ms);
  const mid = (values: readonly number[] | undefined) => values && median(values);
  const effective = (outcome: McmcOutcome | undefined, ms = times(outcome)) =>
    outcome === undefined || ms === undefined ? undefined : effectiveASecond(outcome, plan.samples, ms);

  const [cold, numpyroCold]: Of[] = [(r) => r.ours.coldMs, (r) => r.numpyro?.coldMs];
  const [warm, numpyroWarm]: Of[] = [(r) => mid(times(r.ours)), (r) => mid(times(r.numpyro))];
  const cached: Of = ({ numpyro }) => mid(numpyro?.cachedMs);
  const [leapfrog, numpyroLeapfrog]: Of[] = [(r) => r.ours.leapfrogUs, (r) => r.numpyro?.leapfrogUs];
  const [ess, numpyroEss]: Of[] = [(r) => effective(r.ours), (r) => effective(r.numpyro)];
  const cachedEss: Of = ({ numpyro }) => numpyro?.cachedMs && effective(numpyro, [...numpyro.cachedMs]);

  const numbers: readonly (readonly [keyof McmcRecord, Of])[] = [
    ["coldMs", cold as Of],
    ["warmMs", warm as Of],
    ["leapfrogUs", leapfrog as Of],
    ["effectivePerSecond", ess as Of],
    ["numpyroColdMs", numpyroCold as Of],
    ["numpyroWarmMs", numpyroWarm as Of],
    ["numpyroCachedMs", cached],
    ["numpyroLeapfrogUs", numpyroLeapfrog as Of],
    ["numpyroEffectivePerSecond", numpyroEss as Of],
  ];
  const ratios: { readonly [K in RatioName]: readonly [Of, Of] } = {
    cold: [numpyroCold as Of, cold as Of],
    warm: [numpyroWarm as Of, warm as Of],
    cached: [cached, warm as Of],
    leapfrog: [numpyroLeapfrog as Of, leapfrog as Of],
    ess: [ess as Of, numpyroEss as Of],
    essCached: [ess as Of, cachedEss],
  };
  return {
    ...present(numbers.map(([name, read]) => [name, medianOf(rounds, read)] as const)),
    ratios: present(Object.entries(ratios).map(([name, pair]) => [name, ratioOf(rounds, pair)] as const)),
    agreements,
    notes,
  };
}
