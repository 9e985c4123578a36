import { join } from "node:path";
import { writeCase } from "../peers/case-file.ts";
import { install, type Peer } from "../peers/venv.ts";
import { agreements } from "./agreement.ts";
import type { SviCase } from "./case.ts";
import { measured } from "./one-thread.ts";
import type { Outcome, Task } from "./outcome.ts";
import { type CaseRecord, type Round, recordOf } from "./record.ts";

export interface Options {
  readonly peers: readonly Peer[];
  /** Rounds of ours and the peers' in turn. */
  readonly rounds: number;
  /** Seconds for each number. */
  readonly seconds: number;
}

export interface CaseResult {
  readonly record: CaseRecord;
  readonly versions: Readonly<Record<string, string>>;
}

/** Seconds after which steps that are slow, mostly since they are not compiled, are given up. */
const PATIENCE = 60;

/**
 * Measures one case: ours and the peers in turn, some rounds of it, each in a process of its own.
 * @returns a sentence where ours does not run
 */
export async function runCase(
  model: SviCase,
  { peers, rounds, seconds }: Options,
): Promise<CaseResult | string> {
  const done: Round[] = [];
  const notes = new Set<string>();
  const versions: Record<string, string> = {};
  const heard = (outcome: Outcome): Outcome => {
    for (const note of outcome.notes) notes.add(note);
    Object.assign(versions, outcome.versions);
    return outcome;
  };
  for (let round = 0; round < rounds; round++) {
    // Fits are compared once: they take far more steps than the clocks do.
    const task: Task = { seed: 1 + round, seconds, fit: round === 0 && peers.length > 0, patience: PATIENCE };
    const script = join(import.meta.dirname, "ours.ts");
    const ours = await measured<Outcome>(process.execPath, [script, model.name, JSON.stringify(task)]);
    if ("why" in ours) return ours.why;
    const theirs: Partial<Record<Peer, Outcome>> = {};
    for (const peer of peers) {
      const outcome = await runPeer(peer, model, task);
      if (typeof outcome === "string") notes.add(outcome);
      else theirs[peer] = heard(outcome);
    }
    done.push({ ours: heard(ours.outcome), ...theirs });
  }
  const [first] = done;
  const compared = peers.flatMap((peer) => {
    const theirs = first?.[peer];
    if (first === undefined || theirs === undefined) return [];
    return agreements(model, first.ours, theirs).map((agreement) => ({ peer, ...agreement }));
  });
  return { record: recordOf(done, compared, [...notes]), versions };
}

/** What a peer says, or a sentence on why it says nothing. */
async function runPeer(peer: Peer, model: SviCase, task: Task): Promise<Outcome | string> {
  const installed = await install(peer);
  if ("why" in installed) return `${peer} is not there: ${installed.why}`;
  const script = join(import.meta.dirname, "../peers", `${peer}_bench.py`);
  const said = await measured<Outcome>(installed.python, [script, writeCase(model, task)]);
  return "why" in said ? `${peer} failed: ${said.why}` : said.outcome;
}
