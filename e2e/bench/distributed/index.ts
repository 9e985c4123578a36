/**
 * Several processes: `node e2e/bench/distributed/index.ts openmpi|mpich`. Fused allreduce beside one for each parameter,
 * what a step costs more at two ranks, the error of half precision, and a model on paper, whose two numbers are fitted on
 * every other message size at two ranks and tested on the rest, and on more ranks, before it is taken to 1 024.
 *
 * Exits with 1 where a limit is passed. Ranks beyond the cores take turns, so more ranks than those are left out.
 */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { buildShim } from "../../../lib/distributed/node/build.ts";
import type { MpiKind } from "../../../lib/distributed/node/environment.ts";
import { findRunner } from "../../../lib/distributed/node/runner.ts";
import { errorsOf, fitLink, type Link, stepMicros } from "../../../lib/distributed/testing/cost-model.ts";
import { measured } from "../measured.ts";
import type { RankMeasures } from "./rank.ts";

const kind = process.argv[2] as MpiKind;
const found = findRunner(kind, process.env);
if (found === undefined) throw new Error(`there is no mpirun of ${kind}`);
const runner = found;
const built = buildShim(kind, process.env);
if ("why" in built) throw new Error(built.why);

function run(np: number): RankMeasures {
  const script = fileURLToPath(new URL("rank.ts", import.meta.url));
  const rank = [...runner.wrapper, process.execPath, "--no-warnings", script];
  const out = execFileSync(runner.command, [...runner.options, "-np", String(np), ...rank], {
    encoding: "utf8",
    env: { ...runner.env, TSPYRO_BACKEND: "cpu", TSPYRO_MPI_TIMEOUT: "120" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(out.split("\n").find((line) => line.startsWith("{")) ?? "{}") as RankMeasures;
}

function report(what: string, value: number, unit: string, most = Number.POSITIVE_INFINITY): void {
  const goal = Number.isFinite(most) ? ` <= ${most}` : "";
  console.log(`${`${kind} ${what}`.padEnd(64)} ${value.toPrecision(4).padStart(9)} ${unit}${goal}`);
  measured(`${kind} ${what}`, value, unit);
  if (!(value <= most)) process.exitCode = 1;
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

const two = run(2);
for (const { params, fused, separate } of two.fusion) {
  const name = `${params.toLocaleString("en").replaceAll(",", " ")} parameters`;
  report(`2 ranks, ${name}: fused`, fused, "µs");
  report(`2 ranks, ${name}: one by one`, separate, "µs");
  report(`2 ranks, ${name}: fused / one by one`, fused / separate, "", 1);
}
report("compiled step of one process", two.step.alone, "µs");
report("compiled step of 2 ranks", two.step.together, "µs");
report("overhead of a step at 2 ranks", two.step.together - two.step.alone, "µs");
// Three roundings to eleven bits.
report("fp16: root mean square error of a sum", two.half.rms, "", 2 ** -11);
report("fp16: largest error of a sum, in root mean squares", two.half.most, "", 2 ** -8);

const fitted = two.sizes.filter((_, i) => i % 2 === 0);
const tested = two.sizes.filter((_, i) => i % 2 === 1);
const link = fitLink(fitted);
report("model: latency", link.latency, "µs");
report("model: bandwidth", 1e-3 / link.perByte, "GB/s");
report("model: mean error where it was fitted", 100 * mean(errorsOf(fitted, 2, link)), "%");
report("model: mean error where it was not", 100 * mean(errorsOf(tested, 2, link)), "%");
report("model: largest error where it was not", 100 * Math.max(...errorsOf(tested, 2, link)), "%");
for (const np of [4, 8].filter((np) => np <= Math.max(4, availableParallelism()))) {
  const crowded = np > availableParallelism() ? `, on ${availableParallelism()} cores` : "";
  const { sizes } = run(np);
  report(`model: mean error at ${np} ranks${crowded}`, 100 * mean(errorsOf(sizes, np, link)), "%");
}

/** By InfiniBand's data sheets: 1.5 µs from end to end, 100 Gbit/s. An assumption: none was measured. */
const network: Link = { latency: 1.5, perByte: 1 / 12_500 };
const links = { "as measured": link, "over 100 Gbit/s": network };
for (const [name, own] of Object.entries(links))
  for (const params of [1e3, 1e6])
    for (const ranks of [64, 1024])
      report(
        `on paper, ${name}: ${params.toExponential().replace("+", "")} numbers, ${ranks} ranks`,
        stepMicros(ranks, 4 * params, own) / 1000,
        "ms",
      );
