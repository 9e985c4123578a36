/**
 * What drawing from a posterior by NUTS costs, and what it costs NumPyro: the same models, draws and wanted acceptance,
 * in turn, each in a process of its own on one thread.
 *
 *     node24 e2e/bench/mcmc/index.ts [--cases nuts_eight_schools,nuts_logistic] [--peers] [--rounds 3]
 *
 * Exits with 1 where ours and the peer's draws do not agree, or a case cannot run.
 */
import { parseArgs } from "node:util";
import { mergeResults } from "../svi/results.ts";
import { agreementLines } from "../svi/table.ts";
import { type McmcName, mcmcCases } from "./case.ts";
import type { McmcRecord } from "./record.ts";
import { runMcmcCase } from "./run-case.ts";
import { mcmcRatios, mcmcTimes } from "./table.ts";

const names = Object.keys(mcmcCases) as McmcName[];

/** @param argv what is asked for, as on the command line; other cases' names in `--cases` are left alone */
export async function benchMcmc(argv: readonly string[]): Promise<boolean> {
  const asked = parse(argv);
  const records = new Map<McmcName, McmcRecord>();
  let failed = false;
  for (const name of names.filter((name) => asked.cases?.includes(name) ?? true)) {
    console.log(`${name}: ${mcmcCases[name].title} ...`);
    const result = await runMcmcCase(mcmcCases[name], asked);
    if (typeof result === "string") {
      console.log(`  FAILED: ${result}`);
      failed = true;
      continue;
    }
    records.set(name, result.record);
    for (const note of result.record.notes) console.log(`  ${note}`);
    mergeResults({ [name]: result.record }, result.versions);
  }
  if (records.size === 0) return !failed;
  console.log(`\n${mcmcTimes(records)}`);
  if (asked.peers) console.log(`\n${mcmcRatios(records)}\n\n${agreementLines(records)}`);
  const agreed = [...records.values()].every(({ agreements }) => agreements.every(({ agrees }) => agrees));
  return agreed && !failed;
}

function parse(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: { cases: { type: "string" }, peers: { type: "boolean" }, rounds: { type: "string" } },
    strict: false,
  });
  const { cases, rounds } = values;
  const peers = values.peers !== undefined;
  return {
    cases: typeof cases === "string" ? cases.split(",") : undefined,
    peers,
    rounds: Number(rounds ?? (peers ? 3 : 1)),
  };
}

if (import.meta.main) {
  process.exitCode = (await benchMcmc(process.argv.slice(2))) ? 0 : 1;
}
