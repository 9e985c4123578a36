/**
 * `npm run bench [-- optim leak --peers]`, or `--cases optim,leak`: runs benchmarks one after the other, prints what they measured and
 * puts it into `e2e/bench/results.json`, case by case; cases that were not run now keep their numbers. What follows
 * `--cases` is handed on: `--peers` and single models are understood by the cases `svi` (`svi/index.ts`) and `mcmc`
 * (`mcmc/index.ts`).
 *
 * Exits with 1 where a case missed what it must reach.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../../kernel/setup/paths.ts";
import { benchKernels } from "./kernels/index.ts";
import { benchSuite } from "./kernels/suite.ts";
import { mcmcCases } from "./mcmc/case.ts";
import { benchMcmc } from "./mcmc/index.ts";
import { MEASURED_FILE, type Measured } from "./measured.ts";
import { benchSvi } from "./svi/index.ts";
import { models } from "./svi/models/index.ts";
import { mergeResults } from "./svi/results.ts";

interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** What of it can be asked for by itself. */
  readonly parts?: readonly string[];
  /** @returns whether what must be reached was reached */
  run(argv: readonly string[]): Promise<boolean> | boolean;
}

/** A benchmark that is a script of its own: it is run in a fresh process, and its numbers are kept. */
function script(name: string, title: string, runs: readonly (readonly string[])[]): BenchCase {
  return { name, title, run: () => measureScript(name, runs) };
}

const cases: readonly BenchCase[] = [
  {
    name: "kernel",
    title: "starting, cells, loops and output of the kernel, and the peers'",
    run: benchKernel,
  },
  { name: "suite", title: "tests of Jupyter's protocol, and how the peers do", run: benchSuite },
  script("language", "types, completion and inspection", [
    ["--expose-gc", "--max-old-space-size=512", "--max-semi-space-size=8", "language.ts", "500"],
  ]),
  script("widgets", "what live pictures cost", [
    ["widgets.ts", "training"],
    ["widgets.ts", "page"],
  ]),
  script("web", "what a page loads, and steps in it, in Node and by @jax-js/jax", [["web/index.ts"]]),
  script("leak", "memory over 100 000 steps", [["leak.ts"]]),
  script(
    "memory",
    "tensors that nobody disposes",
    ["awaiting", "synchronous", "hoarding", "tidy"].map((mode) => ["memory.ts", mode]),
  ),
  script("distributed", "what several processes tell each other, and a model of more of them", [
    ["distributed/index.ts", "openmpi"],
    ["distributed/index.ts", "mpich"],
  ]),
  script("optim", "a step of an optimizer over 1000 parameters", [["optim.ts"]]),
  {
    name: "svi",
    title: "steps of SVI, eager and compiled, and the peers'",
    parts: Object.keys(models),
    run: benchSvi,
  },
  { name: "mcmc", title: "draws by NUTS, and NumPyro's", parts: Object.keys(mcmcCases), run: benchMcmc },
];

async function benchKernel(argv: readonly string[]): Promise<boolean> {
  const reached = measureScript("kernel", [["kernel.ts"]]);
  if (!argv.some((arg) => arg.startsWith("--peers"))) return reached;
  return (await benchKernels(argv)) && reached;
}

function measureScript(name: string, runs: readonly (readonly string[])[]): boolean {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, "bench-"));
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

/** What is asked for, and the rest of the command line. Cases may be named without `--cases` too. */
function parse(argv: readonly string[]): { names: readonly string[] | undefined; rest: readonly string[] } {
  const value = { type: "string" } as const;
  const { tokens } = parseArgs({
    args: [...argv],
    options: { cases: value, rounds: value, seconds: value },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const named = tokens.flatMap((token) => {
    if (token.kind === "positional") return token.value.split(",");
    return token.kind === "option" && token.name === "cases" ? (token.value ?? "").split(",") : [];
  });
  const rest = tokens.flatMap((token) => {
    if (token.kind !== "option" || token.name === "cases") return [];
    return token.value === undefined ? [token.rawName] : [`${token.rawName}=${token.value}`];
  });
  return { names: named.length === 0 ? undefined : named, rest };
}

function chosen(names: readonly string[] | undefined): readonly BenchCase[] {
  if (names === undefined) return cases;
  const known = cases.flatMap(({ name, parts = [] }) => [name, ...parts]);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    throw new Error(`There is no case ${wrong.join(", ")}. Cases: ${known.join(", ")}`);
  }
  return cases.filter(({ name, parts = [] }) => [name, ...parts].some((one) => names.includes(one)));
}

/** What a case is told: which of its parts, unless it was named itself. */
function argumentsFor(
  { name, parts = [] }: BenchCase,
  { names, rest }: ReturnType<typeof parse>,
): readonly string[] {
  if (names === undefined || names.includes(name)) return rest;
  return [...rest, `--cases=${parts.filter((part) => names.includes(part)).join(",")}`];
}

try {
  const asked = parse(process.argv.slice(2));
  let ok = true;
  for (const one of chosen(asked.names)) {
    console.log(`\n== ${one.name}: ${one.title}`);
    ok = (await one.run(argumentsFor(one, asked))) && ok;
  }
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
