import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closedEnvironment } from "../../../kernel/setup/environment.ts";
import { fingerprint, readOr, writeWhole } from "../../../kernel/setup/files.ts";
import { root } from "../../../kernel/setup/paths.ts";
import { lastLines, run } from "../../../kernel/setup/processes.ts";
import { findPython } from "../../../kernel/setup/python.ts";

export type Peer = "numpyro" | "pyro";
export const peerNames: readonly Peer[] = ["numpyro", "pyro"];
/** What is installed like a peer: `requirements-NAME.txt` says what it is. */
export type Requirements = Peer | "ipykernel";

/** A Python with a peer in it, or a sentence on why there is none. */
export type Installed = { readonly python: string } | { readonly why: string };

/** Whether it was installed before. */
export const isInstalled = (peer: Peer): boolean => readOr(placesOf(peer).stamp) !== undefined;

/**
 * Makes `.bench-venv/PEER` with the pinned packages in it. NumPyro takes 0.6 GB; Pyro's PyTorch brings its libraries
 * for graphics cards along on Linux, 7 GB.
 */
export async function install(peer: Requirements): Promise<Installed> {
  const { venv, python, requirements, stamp } = placesOf(peer);
  const wanted = fingerprint(venv, readOr(requirements) ?? "");
  if (existsSync(python) && readOr(stamp)?.toString() === wanted) return { python };
  const found = await findPython();
  if (typeof found === "string") return { why: found };
  console.log(`  installing ${peer} into .bench-venv/${peer} ...`);
  const env = closedEnvironment();
  rmSync(venv, { recursive: true, force: true });
  const made = await run(found.command, [...found.args, "-m", "venv", venv], { env });
  if (made.code !== 0) return { why: `no venv could be made: ${lastLines(made.output, 1)}` };
  // Installed once, so pip need not keep the gigabytes a second time.
  const pip = ["-m", "pip", "install", "--quiet", "--no-cache-dir", "-r", requirements];
  const filled = await run(python, pip, { env });
  if (filled.code !== 0) return { why: `pip could not install it: ${lastLines(filled.output, 1)}` };
  writeWhole(stamp, wanted);
  return { python };
}

function placesOf(peer: Requirements) {
  const venv = join(root, ".bench-venv", peer);
  const windows = process.platform === "win32";
  return {
    venv,
    python: join(venv, windows ? "Scripts/python.exe" : "bin/python"),
    requirements: join(import.meta.dirname, `requirements-${peer}.txt`),
    stamp: join(venv, "tspyro-stamp"),
  };
}
