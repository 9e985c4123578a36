/** How much draws are worth, and what they estimate: by the same formulas for ours and the peer's. */
import { type Chains, essBulk, mcse } from "../../../lib/infer/index.ts";
import { type Agreement, compare } from "../svi/agreement.ts";
import type { Estimate } from "../svi/outcome.ts";
import { median } from "../svi/windows.ts";
import type { McmcOutcome, TimedRun } from "./outcome.ts";

/** The series of each number of a site, from draws in row-major order. */
function seriesOf(values: readonly number[], draws: number): Float64Array[] {
  const size = values.length / draws;
  return Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: draws }, (_, draw) => values[draw * size + i] ?? Number.NaN),
  );
}

/** Effective draws of the number that has fewest. */
function fewestEffective({ draws }: TimedRun, count: number): number {
  const all = Object.values(draws).flatMap((values) => seriesOf(values, count));
  return Math.min(...all.map((series) => essBulk([series])));
}

/**
 * Effective draws a second: the median of the runs.
 * @param ms the time of each run
 */
export function effectiveASecond(outcome: McmcOutcome, count: number, ms: readonly number[]): number {
  const effective = outcome.runs.map((run) => fewestEffective(run, count));
  return median(ms.map((time, i) => ((effective[i % effective.length] ?? Number.NaN) * 1000) / time));
}

/** Compares means and mean squares of each site over all runs, which count as chains. */
export function drawsAgree(ours: McmcOutcome, theirs: McmcOutcome, count: number): Agreement[] {
  const sites = Object.keys(ours.runs[0]?.draws ?? {});
  return sites.flatMap((site) => {
    const [mine, other] = [chainsOf(ours, site, count), chainsOf(theirs, site, count)];
    return [
      compare(`mean of ${site}`, mine.map(meanOf), other.map(meanOf)),
      compare(`spread of ${site}`, mine.map(spreadAround(other)), other.map(spreadAround(other))),
    ];
  });
}

function chainsOf({ runs }: McmcOutcome, site: string, count: number): Chains[] {
  const byRun = runs.map(({ draws }) => seriesOf(draws[site] ?? [], count));
  return (byRun[0] ?? []).map((_, i) => byRun.map((series) => series[i] ?? new Float64Array()));
}

function meanOf(chains: Chains): Estimate {
  const all = chains.flatMap((chain) => Array.from(chain));
  return { mean: all.reduce((a, b) => a + b, 0) / all.length, error: mcse(chains) };
}

/** Mean squared distance from the centres of those chains: the same point for both programs. */
function spreadAround(centres: readonly Chains[]): (chains: Chains, index: number) => Estimate {
  return (chains, index) => {
    const { mean } = meanOf(centres[index] ?? []);
    return meanOf(chains.map((chain) => Float64Array.from(chain, (x) => (x - mean) ** 2)));
  };
}
