/**
 * `npm run bench [-- --cases optim,leak --peers]`: runs benchmarks one after the other, prints what they measured and
 * puts it into `e2e/bench/results.json`, case by case; cases that were not run now keep their numbers. What follows
 * `--cases` is handed on: `--peers` and single models are understood by the case `svi` (`svi/index.ts`).
 *
 * Exits with 1 where a case missed what it must reach.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MEASURED_FILE, type Measured } from "./measured.ts";
import { benchSvi } from "./svi/index.ts";
import { models } from "./svi/models/index.ts";
import { mergeResults } from "./svi/results.ts";

interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** @returns whether what must be reached was reached */
  run(argv: readonly string[]): Promise<boolean> | boolean;
}

/** A benchmark that is a script of its own: it is run in a fresh process, and its numbers are kept. */
function script(name: string, title: string, runs: readonly (readonly string[])[]): BenchCase {
  return { name, title, run: () => measureScript(name, runs) };
}

const cases: readonly BenchCase[] = [
  script("kernel", "starting, cells, loops and output of the kernel", [["kernel.ts"]]),
  script("language", "types, completion and inspection", [
    ["--expose-gc", "--max-old-space-size=512", "--max-semi-space-size=8", "language.ts"],
  ]),
  script("leak", "memory over 100 000 steps", [["leak.ts"]]),
  script(
    "memory",
    "tensors that nobody disposes",
    ["awaiting", "synchronous", "hoarding", "tidy"].map((mode) => ["memory.ts", mode]),
  ),
  script("optim", "a step of an optimizer over 1000 parameters", [["optim.ts"]]),
  { name: "svi", title: "steps of SVI, eager and compiled, and the peers'", run: benchSvi },
];

function measureScript(name: string, runs: readonly (readonly string[])[]): boolean {
  const folder = mkdtempSync(join(tmpdir(), "tspyro-bench-"));
  const file = join(folder, "measured");
  try {
    const codes = runs.map((args) => {
      const own = args.map((arg) => (arg.endsWith(".ts") ? join(import.meta.dirname, arg) : arg));
      const env = { ...process.env, [MEASURED_FILE]: file };
      return spawnSync(process.execPath, own, { env, stdio: "inherit" }).status;
    });
    const reached = codes.every((code) => code === 0);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const numbers = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Measured);
    mergeResults({ [name]: { reached, measured: numbers } }, versions());
    console.log(`\n${name}${reached ? "" : ": MISSED"}`);
    console.table(
      numbers.map(({ what, value, unit }) => ({ what, value: Number(value.toPrecision(4)), unit })),
    );
    return reached;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return { tspyro: version, node: process.versions.node };
}

function chosen(argv: readonly string[]): BenchCase[] {
  const { values } = parseArgs({ args: [...argv], options: { cases: { type: "string" } }, strict: false });
  if (typeof values.cases !== "string") return [...cases];
  const asked = values.cases.split(",");
  const known = new Set([...cases.map(({ name }) => name), ...Object.keys(models)]);
  const wrong = asked.filter((name) => !known.has(name));
  if (wrong.length > 0) {
    throw new Error(`There is no case ${wrong.join(", ")}. Cases: ${[...known].join(", ")}`);
  }
  return cases.filter(
    ({ name }) => asked.includes(name) || (name === "svi" && asked.some((one) => Object.hasOwn(models, one))),
  );
}

/** What `svi` is told: all its models where it is named itself. */
function argumentsFor({ name }: BenchCase, argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((arg) => arg === "--cases" || arg.startsWith("--cases="));
  if (name !== "svi" || at < 0) return argv;
  const list = argv[at] === "--cases" ? (argv[at + 1] ?? "") : (argv[at] ?? "").slice("--cases=".length);
  if (!list.split(",").includes("svi")) return argv;
  return argv.filter((_, i) => i !== at && !(argv[at] === "--cases" && i === at + 1));
}

try {
  const argv = process.argv.slice(2);
  let ok = true;
  for (const one of chosen(argv)) {
    console.log(`\n== ${one.name}: ${one.title}`);
    ok = (await one.run(argumentsFor(one, argv))) && ok;
  }
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
