import { medianOf, present, type Ratio, type Reading as ReadingOf, ratioOf } from "../rounds.ts";
import type { Agreement } from "./agreement.ts";
import type { Outcome } from "./outcome.ts";

/** What one round of a case gave: ours and the peers', measured one after the other. */
export interface Round {
  readonly ours: Outcome;
  readonly numpyro?: Outcome;
  readonly pyro?: Outcome;
}

/** What `results.json` holds of a case. Times are medians of the rounds; what was not measured is absent. */
export interface CaseRecord {
  readonly eagerUs?: number;
  /** Absent where the steps of `svi.run` were not compiled. */
  readonly compiledUs?: number;
  readonly firstToThousandMs?: number;
  readonly numpyroLoopUs?: number;
  readonly numpyroScanUs?: number;
  readonly numpyroFirstToThousandMs?: number;
  readonly pyroUs?: number;
  readonly ratios: Readonly<Partial<Record<RatioName, Ratio>>>;
  readonly agreements: readonly (Agreement & { readonly peer: string })[];
  readonly notes: readonly string[];
}

export type RatioName = "scan" | "loop" | "cold" | "eager" | "pyroEager";

type Reading = ReadingOf<Round>;
const compiled: Reading = ({ ours }) => ours.stepUs.compiled;
const eager: Reading = ({ ours }) => ours.stepUs.eager;
const scan: Reading = ({ numpyro }) => numpyro?.stepUs.scan;
const loop: Reading = ({ numpyro }) => numpyro?.stepUs.loop;
const pyro: Reading = (round) => round.pyro?.stepUs.eager;
const cold: Reading = ({ ours }) => ours.firstToThousandMs;
const numpyroCold: Reading = ({ numpyro }) => numpyro?.firstToThousandMs;

const times = {
  eagerUs: eager,
  compiledUs: compiled,
  firstToThousandMs: cold,
  numpyroLoopUs: loop,
  numpyroScanUs: scan,
  numpyroFirstToThousandMs: numpyroCold,
  pyroUs: pyro,
};

const ratios: { readonly [K in RatioName]: readonly [theirs: Reading, ours: Reading] } = {
  scan: [scan, compiled],
  loop: [loop, compiled],
  cold: [numpyroCold, cold],
  eager: [eager, compiled],
  pyroEager: [pyro, eager],
};

export function recordOf(
  rounds: readonly Round[],
  agreements: CaseRecord["agreements"],
  notes: readonly string[],
): CaseRecord {
  return {
    ...present(Object.entries(times).map(([name, read]) => [name, medianOf(rounds, read)] as const)),
    ratios: present(Object.entries(ratios).map(([name, pair]) => [name, ratioOf(rounds, pair)] as const)),
    agreements,
    notes,
  };
}
