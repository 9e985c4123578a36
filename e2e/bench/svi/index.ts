/**
 * What a step of SVI costs, and what it costs the peers: the models of `models/`, eager and compiled, and with `--peers`
 * the same in NumPyro (and Pyro), in turn, each in a process of its own on one thread.
 *
 *     node24 e2e/bench/svi/index.ts [--cases coin,vae] [--peers | --peers=numpyro,pyro] [--rounds 3] [--seconds 2]
 *
 * Exits with 1 where ours and a peer's come to different parameters, or a case cannot run.
 */
import { parseArgs } from "node:util";
import { isInstalled, type Peer, peerNames } from "../peers/venv.ts";
import type { CaseName } from "./case.ts";
import { models } from "./models/index.ts";
import type { CaseRecord } from "./record.ts";
import { mergeResults } from "./results.ts";
import { runCase } from "./run-case.ts";
import { agreementLines, ratiosTable, timesTable } from "./table.ts";

const names = Object.keys(models) as CaseName[];

/** @param argv what is asked for, as on the command line; other cases' names in `--cases` are left alone */
export async function benchSvi(argv: readonly string[]): Promise<boolean> {
  const asked = parse(argv);
  const records = new Map<CaseName, CaseRecord>();
  const versions: Record<string, string> = {};
  let failed = false;
  for (const name of names.filter((name) => asked.cases?.includes(name) ?? true)) {
    console.log(`${name}: ${models[name].title} ...`);
    const result = await runCase(models[name], asked);
    if (typeof result === "string") {
      console.log(`  FAILED: ${result}`);
      failed = true;
      continue;
    }
    records.set(name, result.record);
    Object.assign(versions, result.versions);
    for (const note of result.record.notes) console.log(`  ${note}`);
    mergeResults({ [name]: result.record }, versions);
  }
  if (records.size === 0) return !failed;
  console.log(`\n${timesTable(records)}`);
  console.log(`\n${ratiosTable(records)}`);
  if (asked.peers.length > 0) console.log(`\n${agreementLines(records)}`);
  const agreed = [...records.values()].every(({ agreements }) => agreements.every(({ agrees }) => agrees));
  return agreed && !failed;
}

function parse(argv: readonly string[]) {
  // Node's parser has no option whose value may be left out.
  const args = argv.map((arg) => (arg === "--peers" ? `--peers=${defaultPeers().join(",")}` : arg));
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: "string" },
      peers: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
    },
  });
  const peers = peerNames.filter((peer) => values.peers?.split(",").includes(peer));
  return {
    cases: values.cases?.split(","),
    peers,
    rounds: Number(values.rounds ?? (peers.length > 0 ? 3 : 1)),
    seconds: Number(values.seconds ?? 2),
  };
}

/** NumPyro; Pyro too where it was once asked for, because PyTorch brings gigabytes along. */
function defaultPeers(): Peer[] {
  if (isInstalled("pyro")) return [...peerNames];
  console.log("Without Pyro: --peers=numpyro,pyro installs it too (7 GB).");
  return ["numpyro"];
}

if (import.meta.main) {
  process.exitCode = (await benchSvi(process.argv.slice(2))) ? 0 : 1;
}
