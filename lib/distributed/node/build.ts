/** Builds the shim for one MPI, once: a second's work, whose result stays in the project's .cache. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findMpi } from "./compiler.ts";
import type { Environment, MpiKind } from "./environment.ts";

export type Built = { readonly file: string; readonly kind: MpiKind } | { readonly why: string };

const SOURCES = ["mpi.c", "watch.h", "half.h"] as const;

/** The project's folder: this file is run as it stands, and out of dist. */
export function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "lib/distributed/native/mpi.c")) && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder;
}

/** @returns the shim's file, which is made where it is not there yet */
export function buildShim(wanted: MpiKind | undefined, env: Environment): Built {
  const root = projectFolder();
  const native = join(root, "lib/distributed/native");
  const cache = join(root, ".cache", "mpi");
  const sources = SOURCES.map((name) => readFileSync(join(native, name), "utf8")).join("");
  const source = fingerprint(sources, process.arch);
  const mpi = findMpi(wanted, env);
  if (mpi === undefined) return known(cache, wanted, source) ?? { why: missing(wanted) };
  const file = join(cache, `${mpi.kind}-${source}-${fingerprint(mpi.shown, version(mpi.shown))}.node`);
  if (existsSync(file)) return { file, kind: mpi.kind };
  mkdirSync(cache, { recursive: true });
  // All ranks may build at once: each for itself, and the last one's stays.
  const partial = `${file}.${process.pid}`;
  const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/include/node_api.h"));
  const flags = ["-O2", "-shared", "-fPIC", "-pthread", "-DNAPI_VERSION=8", "-I", headers];
  if (process.platform === "darwin") flags.push("-undefined", "dynamic_lookup");
  const ran = spawnSync(mpi.mpicc, [...flags, join(native, "mpi.c"), "-o", partial], {
    encoding: "utf8",
    env: { ...env },
  });
  if (ran.status === 0) {
    renameSync(partial, file);
    return { file, kind: mpi.kind };
  }
  rmSync(partial, { force: true });
  const said = ran.error?.message ?? /error: .*/.exec(ran.stderr)?.[0] ?? ran.stderr.trim();
  return { why: `${mpi.mpicc} could not build the shim: ${said}` };
}

/** One that was built before, where there is no compiler: nodes of a cluster often have the libraries alone. */
function known(cache: string, kind: MpiKind | undefined, source: string): Built | undefined {
  if (!existsSync(cache)) return undefined;
  const kinds: readonly MpiKind[] = kind === undefined ? ["openmpi", "mpich"] : [kind];
  for (const each of kinds) {
    const name = readdirSync(cache).find(
      (file) => file.startsWith(`${each}-${source}-`) && file.endsWith(".node"),
    );
    if (name !== undefined) return { file: join(cache, name), kind: each };
  }
  return undefined;
}

/** When the library changes, so does its date. */
function version(shown: string): string {
  const folders = [...shown.matchAll(/-L(\S+)/g)].map((match) => match[1] as string);
  return folders
    .flatMap((folder) => ["libmpi.so", "libmpich.so"].map((name) => join(folder, name)))
    .map((file) => String(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? ""))
    .join();
}

function fingerprint(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
}

function missing(kind: MpiKind | undefined): string {
  if (kind === undefined) return "there is no mpicc (apt install libopenmpi-dev openmpi-bin)";
  const name = kind === "openmpi" ? "Open MPI" : "MPICH";
  return `there is no mpicc of ${name} (apt install lib${kind}-dev)`;
}
