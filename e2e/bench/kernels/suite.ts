/**
 * The suite of protocol tests (`e2e/protocol/suite`) against our kernel and, with `--peers`, against ipykernel, Deno's
 * and tslab: how many tests of each group pass.
 *
 *     node24 e2e/bench/kernels/suite.ts [--peers]
 *
 * Exits with 1 where ours fails a test.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closedEnvironment } from "../../../kernel/setup/environment.ts";
import { cacheFolder, root, venvPython } from "../../../kernel/setup/paths.ts";
import { lastLines, run } from "../../../kernel/setup/processes.ts";
import { mergeResults } from "../svi/results.ts";
import { ours, peers } from "./installed.ts";
import type { MeasuredKernel } from "./kernel.ts";

/** The suite's groups, as a table names them. */
const groups: Readonly<Record<string, string>> = {
  KernelTests: "jupyter_kernel_test",
  IopubWelcomeTests: "iopub_welcome",
  Execution: "execute",
  Interrupts: "interrupts",
  Messages: "messages, comms",
  Sessions: "stdin, clients, subshells, restart",
};

/** Seconds after which an answer counts as not given; a machine that is busy with other things needs more. */
const PATIENCE = process.env.SUITE_PATIENCE ?? "5";

/** Test to outcome: `passed`, `failed` or `skipped: why`. */
type Outcomes = Readonly<Record<string, string>>;

export async function benchSuite(argv: readonly string[]): Promise<boolean> {
  const kernels: (readonly [MeasuredKernel, Outcomes])[] = [];
  const test = async (kernel: MeasuredKernel) => {
    const outcomes = await runSuite(kernel);
    console.log(`  ${kernel.name} ${kernel.version}: ${failures(outcomes)}`);
    return [kernel, outcomes] as const;
  };
  kernels.push(await test(ours()));
  const found = argv.some((arg) => arg.startsWith("--peers")) ? await peers() : [];
  for (const one of found) if ("why" in one) console.log(`  without ${one.name}: ${one.why}`);
  // Beside each other: most of the time they are waited for in vain.
  kernels.push(...(await Promise.all(found.filter((one) => "command" in one).map(test))));
  console.log(`\n${table(kernels)}\n`);
  const reached = Object.values(kernels[0]?.[1] ?? {}).every((outcome) => outcome === "passed");
  const rows = kernels.map(([{ name, version }, outcomes]) => ({ name, version, outcomes }));
  mergeResults({ suite: { reached, kernels: rows } }, {});
  return reached;
}

async function runSuite(kernel: MeasuredKernel): Promise<Outcomes> {
  const share = join(cacheFolder, "bench-kernels");
  const name = `measured-${kernel.language}`;
  const folder = join(share, "kernels", name);
  mkdirSync(folder, { recursive: true });
  const spec = {
    argv: kernel.command("{connection_file}"),
    ...{ display_name: kernel.name, language: kernel.language, interrupt_mode: kernel.interruptMode },
    env: kernel.env,
  };
  writeFileSync(join(folder, "kernel.json"), JSON.stringify(spec));
  const ran = await run(venvPython, ["-W", "ignore", "-m", "suite", name, kernel.language], {
    cwd: join(root, "e2e/protocol"),
    env: { ...closedEnvironment(), JUPYTER_PATH: share, SUITE_PATIENCE: PATIENCE },
    timeout: 1_200_000,
  });
  const deaths = ran.output.match(/^started again: /gm)?.length ?? 0;
  if (deaths > 0) console.log(`  ${kernel.name} died ${deaths} times of its start and was started again`);
  try {
    return JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "") as Outcomes;
  } catch {
    throw new Error(`The suite did not end with ${kernel.name}: ${lastLines(ran.output)}`);
  }
}

function table(kernels: readonly (readonly [MeasuredKernel, Outcomes])[]): string {
  const [, all = {}] = kernels[0] ?? [];
  const count = (outcomes: Outcomes, group: string, passed: boolean) =>
    Object.entries(outcomes).filter(
      ([test, outcome]) => test.startsWith(group) && (!passed || outcome === "passed"),
    ).length;
  const row = (title: string, group: string) => [
    title,
    String(count(all, group, false)),
    ...kernels.map(([, outcomes]) => String(count(outcomes, group, true))),
  ];
  const head = [
    "tests passed",
    "of",
    ...kernels.map(([{ name, version }]) => (version === "" ? name : `${name} ${version}`)),
  ];
  const rows = Object.entries(groups).map(([group, title]) => row(title, `${group}.`));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows, row("all", "")].map(line).join("\n");
}

function failures(outcomes: Outcomes): string {
  const failed = Object.entries(outcomes).filter(([, outcome]) => outcome !== "passed");
  if (failed.length === 0) return "all pass";
  return failed
    .map(([test, outcome]) => `${test.replace(/^.*test_/, "")} (${outcome.slice(0, 40)})`)
    .join(", ");
}

if (import.meta.main) process.exitCode = (await benchSuite(process.argv.slice(2))) ? 0 : 1;
