/**
 * Our kernel beside Deno's, ipykernel and tslab, in one run and through one client: from the start to kernel_info, the
 * first completion and later ones in a folder of a project, the first cell, and `1+1`.
 *
 *     node24 e2e/bench/kernels/index.ts [--starts 5] [--cells 30]
 *
 * Exits with 1 where ours is slower than it must be, or cannot be compared with Deno's.
 */
import { parseArgs } from "node:util";
import { mergeResults } from "../svi/results.ts";
import { compareKernels, type Figures, type Quantity, quantities, type Spread } from "./comparison.ts";
import { Failures } from "./failures.ts";
import { ours, peers } from "./installed.ts";
import type { MeasuredKernel, MissingKernel } from "./kernel.ts";

const titles: Record<Quantity, string> = {
  start: "start to kernel_info",
  firstCompletion: "first completion",
  completion: "later completions",
  firstCell: "first cell",
  sum: "1+1",
};

/** What ours must reach, given Deno's figures; milliseconds. */
const goals: Partial<Record<Quantity, (deno: Figures) => number>> = {
  start: ({ start }) => Math.max(start.median, 200),
  firstCompletion: () => 1500,
  completion: () => 50,
  sum: ({ sum }) => 1.1 * sum.median,
};

const isThere = (one: MeasuredKernel | MissingKernel): one is MeasuredKernel => "command" in one;

export async function benchKernels(argv: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...argv],
    options: { starts: { type: "string" }, cells: { type: "string" } },
    strict: false,
  });
  const all = [ours(), ...(await peers())];
  for (const one of all) if (!isThere(one)) console.log(`  without ${one.name}: ${one.why}`);
  const there = all.filter(isThere);
  const repeats = { starts: Number(values.starts ?? 5), cells: Number(values.cells ?? 30) };
  const failures = new Failures();
  const figures = await compareKernels(there, repeats, failures);
  console.log(`\n${table(figures)}\n`);
  for (const sentence of failures.told()) console.log(sentence);
  const outcomes = judge(figures);
  for (const { says } of outcomes) console.log(says);
  const [own] = there;
  const sound = own !== undefined && failures.of(own).length === 0;
  const reached =
    sound && outcomes.every((one) => one.reached) && there.some(({ language }) => language === "deno");
  mergeResults(
    {
      kernels: {
        reached,
        unit: "ms",
        kernels: [...figures].map(([kernel, measured]) => {
          const { name, version } = kernel;
          return { name, version, ...measured, failures: failures.of(kernel) };
        }),
      },
    },
    Object.fromEntries(there.map(({ name, version }) => [name.toLowerCase(), version])),
  );
  return reached;
}

function table(figures: ReadonlyMap<MeasuredKernel, Figures>): string {
  const head = ["median ms (least)", ...[...figures.keys()].map(({ name, version }) => `${name} ${version}`)];
  const shown = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
  const times = ({ median, least, times }: Spread) =>
    times === 0 ? "-" : `${shown(median)} (${shown(least)})`;
  const rows = quantities.map((one) => [titles[one], ...[...figures.values()].map((all) => times(all[one]))]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function judge(figures: ReadonlyMap<MeasuredKernel, Figures>): { says: string; reached: boolean }[] {
  const of = (language: MeasuredKernel["language"]) =>
    [...figures].find(([kernel]) => kernel.language === language)?.[1];
  const [own, deno] = [of("tspyro"), of("deno")];
  if (own === undefined || deno === undefined) return [];
  return quantities.flatMap((one) => {
    const limit = goals[one]?.(deno);
    if (limit === undefined) return [];
    const { median } = own[one];
    const reached = median <= limit;
    const ratio = (median / deno[one].median).toFixed(2);
    const says = `${titles[one]}: ${median.toFixed(1)} ms, ${ratio} times Deno's; at most ${limit.toFixed(1)} ms: ${reached ? "reached" : "MISSED"}`;
    return [{ says, reached }];
  });
}

if (import.meta.main) process.exitCode = (await benchKernels(process.argv.slice(2))) ? 0 : 1;
