import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds dist/ from lib, kernel and widgets, file by file, with this project's own compiler (tslab brings another
 * `tsc` of 5.0, which is why it is called by its path). Nothing happens when no source is newer than the last build.
 * Type errors are printed and the JavaScript is written all the same, so that a kernel can run while a file is wrong.
 */
export interface BuildResult {
  readonly built: boolean;
  readonly errors: number;
  readonly seconds: number;
  /** What the compiler said. */
  readonly output: string;
}

const SOURCES = ["lib", "kernel", "widgets"];
const CONFIGURATION = ["tsconfig.json", "tsconfig.build.json", "package.json"];
const STAMP = "dist/.built";
const BUILD_INFO = ".cache/build.tsbuildinfo";

export async function build(
  options: { root?: string; quiet?: boolean; force?: boolean } = {},
): Promise<BuildResult> {
  const start = performance.now();
  const root = options.root ?? join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const now = sourcesFingerprint(root);
  const seconds = () => Math.round((performance.now() - start) / 10) / 100;
  if (!options.force && readStamp(root) === now) {
    say("build: dist is up to date");
    return { built: false, errors: 0, seconds: seconds(), output: "" };
  }
  mkdirSync(join(root, "dist"), { recursive: true });
  const compiler = join(root, "node_modules", "typescript", "lib", "tsc.js");
  const args = [compiler, "-p", join(root, "tsconfig.build.json"), "--pretty", "false"];
  // An incremental build does not notice that somebody emptied the folder.
  if (options.force || !existsSync(join(root, STAMP))) rmSync(join(root, BUILD_INFO), { force: true });
  const { output, code } = await execute(root, args);
  const errors = output.match(/error TS\d+/g)?.length ?? (code === 0 ? 0 : 1);
  rewriteSpecifiers(join(root, "dist"));
  await bundle(root, say);
  // With errors the stamp says that dist exists and is not right: the next build tries again, from where this ended.
  writeFileSync(join(root, STAMP), errors === 0 ? now : `${errors} errors`);
  if (errors > 0) say(output.trimEnd());
  say(`build: dist written in ${seconds()} s${errors > 0 ? `, with ${errors} type errors` : ""}`);
  return { built: true, errors, seconds: seconds(), output };
}

/** Whether dist is what the sources would give now; "N errors" where it is that, with type errors. */
export function stateOfBuild(root: string): "current" | "older" | `${number} errors` {
  const stamp = readStamp(root);
  if (stamp === sourcesFingerprint(root)) return "current";
  return /^\d+ errors$/.test(stamp ?? "") ? (stamp as `${number} errors`) : "older";
}

/** Newest change, and how many files: a removed source counts as a change. */
export function sourcesFingerprint(root: string): string {
  let newest = 0;
  let count = 0;
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) visit(inner);
      else if (/\.(ts|json)$/.test(entry.name) && !/\.(test|cases)\.ts$/.test(entry.name)) {
        newest = Math.max(newest, statSync(inner).mtimeMs);
        count++;
      }
    }
  };
  for (const folder of SOURCES) if (existsSync(join(root, folder))) visit(join(root, folder));
  for (const file of CONFIGURATION)
    newest = Math.max(newest, statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return `${count} sources, newest ${newest}`;
}

/**
 * The compiler turns `./x.ts` into `./x.js` in JavaScript but leaves it in declarations, where only readers that
 * look for `x.d.ts` behind `x.ts` find it: TypeScript 5.0, which tslab has, and many tools do not.
 */
function rewriteSpecifiers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.name.endsWith(".d.ts")) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "utf8");
    const written = text.replace(/((?:from|import) |import\()"(\.[^"]*)\.ts"/g, '$1"$2.js"');
    if (written !== text) writeFileSync(path, written);
  }
}

/** Without it each thread loads its files one by one. */
async function bundle(root: string, say: (line: string) => void): Promise<void> {
  try {
    await (await import("./bundle.ts")).bundleThreads(root);
  } catch (error) {
    say(`build: the kernel's threads stay in many files: ${error instanceof Error ? error.message : error}`);
  }
}

function readStamp(root: string): string | undefined {
  const path = join(root, STAMP);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function execute(cwd: string, args: string[]): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ output, code }));
  });
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const { errors } = await build({ force: process.argv.includes("--force") });
  process.exitCode = errors > 0 ? 1 : 0;
}
