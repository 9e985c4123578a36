import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readJson, readOr, writeIfDifferent } from "../../../kernel/setup/files.ts";
import { kernelEnvironment, nodeFlags } from "../../../kernel/setup/node-flags.ts";
import { runNpm } from "../../../kernel/setup/npm.mjs";
import { root } from "../../../kernel/setup/paths.ts";
import { lastLines, run } from "../../../kernel/setup/processes.ts";
import { install } from "../peers/venv.ts";
import type { MeasuredKernel, MissingKernel } from "./kernel.ts";

const folder = join(root, ".bench-venv", "kernels");
const packages = join(folder, "node_modules");
const manifest = join(import.meta.dirname, "../peers/kernels/package.json");

const inTypeScript: MeasuredKernel["completions"] = [
  ["Math.cbr", "cbrt"],
  ["Math.ma", "max"],
  ["JSON.str", "stringify"],
  ["Object.ent", "entries"],
  ["parseI", "parseInt"],
];
const inPython: MeasuredKernel["completions"] = [
  ["str.cap", "capitalize"],
  ["str.ma", "maketrans"],
  ["dict.fro", "fromkeys"],
  ["list.ext", "extend"],
  ["issub", "issubclass"],
];

/** Ours, from `dist`. */
export function ours(): MeasuredKernel {
  const { version } = readJson(join(root, "package.json")) as { version: string };
  return {
    ...{ name: "tspyro", version, language: "tspyro", interruptMode: "message" },
    command: (file) => [process.execPath, ...nodeFlags, join(root, "dist/kernel/main.js"), file],
    env: { ...kernelEnvironment, TSPYRO_HISTORY: "off" },
    completions: inTypeScript,
  };
}

/** Deno's kernel, ipykernel and tslab, in the pinned versions, installed into `.bench-venv/` where they are not there. */
export async function peers(): Promise<(MeasuredKernel | MissingKernel)[]> {
  const npm = installPackages();
  return [deno(npm), await ipykernel(), tslab(npm)];
}

/** @returns why they could not be installed */
function installPackages(): string | undefined {
  mkdirSync(folder, { recursive: true });
  const fresh = writeIfDifferent(join(folder, "package.json"), readOr(manifest) ?? "");
  if (!fresh && existsSync(join(packages, ".package-lock.json"))) return undefined;
  console.log("  installing deno and tslab into .bench-venv/kernels ...");
  // Deno's program comes as a package of its own for each system: no script has to run.
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  const { status, output } = runNpm(args, { cwd: folder });
  if (status === 0) return undefined;
  return `npm could not install it (${lastLines(output, 1)}). Try \`npm ${args.join(" ")}\` in ${folder}.`;
}

const versionOf = (name: string) =>
  (readJson(join(packages, name, "package.json")) as { version?: string } | undefined)?.version ?? "";

function deno(npm: string | undefined): MeasuredKernel | MissingKernel {
  const name = "Deno";
  if (npm !== undefined) return { name, why: npm };
  const scope = join(packages, "@deno");
  const program = (existsSync(scope) ? readdirSync(scope) : [])
    .flatMap((system) => ["deno", "deno.exe"].map((file) => join(scope, system, file)))
    .find((path) => existsSync(path));
  if (program === undefined) return { name, why: `the package deno has no program for ${process.platform}` };
  return {
    ...{ name, version: versionOf("deno"), language: "deno", interruptMode: "signal" },
    command: (file) => [program, "jupyter", "--kernel", "--conn", file],
    env: { DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" },
    completions: inTypeScript,
  };
}

async function ipykernel(): Promise<MeasuredKernel | MissingKernel> {
  const name = "ipykernel";
  const installed = await install("ipykernel");
  if ("why" in installed) {
    return { name, why: `${installed.why} Needed are a Python with venv, and an index of packages.` };
  }
  const asked = await run(installed.python, ["-c", "import ipykernel; print(ipykernel.__version__)"]);
  return {
    ...{ name, version: asked.stdout.trim(), language: "python", interruptMode: "signal" },
    command: (file) => [installed.python, "-m", "ipykernel_launcher", "-f", file],
    env: { IPYTHONDIR: join(folder, "ipython") },
    completions: inPython,
  };
}

function tslab(npm: string | undefined): MeasuredKernel | MissingKernel {
  const name = "tslab";
  if (npm !== undefined) return { name, why: npm };
  const program = join(packages, "tslab/bin/tslab");
  return {
    ...{ name, version: versionOf("tslab"), language: "tslab", interruptMode: "signal" },
    command: (file) => [process.execPath, program, "kernel", "--config-path", file],
    env: {},
    completions: inTypeScript,
  };
}
