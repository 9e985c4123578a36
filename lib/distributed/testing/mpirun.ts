/** Runs a script on several ranks, with each MPI that is there. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findMpi } from "../node/compiler.ts";
import type { MpiKind } from "../node/environment.ts";
import { findRunner } from "../node/runner.ts";
import { SAID_FOLDER } from "./say.ts";

export const KINDS: readonly MpiKind[] = ["openmpi", "mpich"];

/** Where nobody watches, a missing MPI is a failure, not a reason to skip. */
export function isMissing(kind: MpiKind): boolean {
  if (process.env.CI) return false;
  return findMpi(kind, process.env) === undefined || findRunner(kind, process.env) === undefined;
}

export interface Ranks {
  readonly code: number | null;
  readonly output: string;
  /** What ranks have said, in no order. */
  readonly said: readonly Record<string, unknown>[];
}

/** @param script beside this file */
export function mpirun(
  kind: MpiKind,
  np: number,
  script: string,
  args: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Ranks> {
  const runner = findRunner(kind, process.env);
  if (runner === undefined) throw new Error(`there is no mpirun of ${kind}`);
  // The ranks share the cores with other tests: only a test of patience has little of it.
  const folder = mkdtempSync(join(tmpdir(), "tspyro-ranks-"));
  const env = {
    ...runner.env,
    ...{ TSPYRO_BACKEND: "cpu", TSPYRO_MPI_TIMEOUT: "120", NO_COLOR: "1", [SAID_FOLDER]: folder },
    ...more,
  };
  const file = fileURLToPath(new URL(script, import.meta.url));
  const rank = [...runner.wrapper, process.execPath, "--no-warnings", file, ...args];
  const command = [...runner.options, "-np", String(np), ...rank];
  return new Promise((resolve, reject) => {
    const child = spawn(runner.command, command, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const hear = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", reject);
    child.on("close", (code) => {
      const said = saidIn(folder);
      rmSync(folder, { recursive: true });
      resolve({ code, output, said });
    });
  });
}

function saidIn(folder: string): Record<string, unknown>[] {
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"));
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Resolves when none of these processes is left. */
export async function allGone(pids: readonly number[]): Promise<void> {
  for (;;) {
    const left = pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
