import { join } from "node:path";
import { writeCaseFile } from "../peers/case-file.ts";
import { install } from "../peers/venv.ts";
import { measured } from "../svi/one-thread.ts";
import type { McmcCase } from "./case.ts";
import { drawsAgree } from "./effective.ts";
import type { McmcOutcome, McmcTask } from "./outcome.ts";
import { type McmcRecord, type McmcRound, mcmcRecord } from "./record.ts";

export interface McmcCaseResult {
  readonly record: McmcRecord;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Measures one case: ours and NumPyro's in turn, some rounds of it, each in a process of its own.
 * @returns a sentence where ours does not run
 */
export async function runMcmcCase(
  one: McmcCase,
  { peers, rounds }: { readonly peers: boolean; readonly rounds: number },
): Promise<McmcCaseResult | string> {
  const done: McmcRound[] = [];
  const notes = new Set<string>();
  const versions: Record<string, string> = {};
  for (let round = 0; round < rounds; round++) {
    const task: McmcTask = { seed: 1 + round };
    const script = join(import.meta.dirname, "ours.ts");
    const said = await measured<McmcOutcome>(process.execPath, [script, one.name, JSON.stringify(task)]);
    if ("why" in said) return said.why;
    const theirs = peers ? await runNumPyro(one, task) : undefined;
    if (typeof theirs === "string") notes.add(theirs);
    const numpyro = typeof theirs === "object" ? theirs : undefined;
    for (const outcome of [said.outcome, numpyro]) {
      for (const note of outcome?.notes ?? []) notes.add(note);
      Object.assign(versions, outcome?.versions);
    }
    done.push({ ours: said.outcome, ...(numpyro !== undefined && { numpyro }) });
  }
  const compared = done.slice(0, 1).flatMap(({ ours, numpyro }) => {
    if (numpyro === undefined) return [];
    return drawsAgree(ours, numpyro, one.plan.samples).map((found) => ({ peer: "numpyro", ...found }));
  });
  return { record: mcmcRecord(one, done, compared, [...notes]), versions };
}

/** What NumPyro says, or a sentence on why it says nothing. */
async function runNumPyro({ name, svi, plan }: McmcCase, task: McmcTask): Promise<McmcOutcome | string> {
  const installed = await install("numpyro");
  if ("why" in installed) return `numpyro is not there: ${installed.why}`;
  const { data, init, name: model } = svi;
  const file = writeCaseFile(name, { data, init }, { model, plan, task });
  const script = join(import.meta.dirname, "../peers/numpyro_mcmc.py");
  const said = await measured<McmcOutcome>(installed.python, [script, file]);
  return "why" in said ? `numpyro failed: ${said.why}` : said.outcome;
}
