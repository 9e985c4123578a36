import { execFileSync } from "node:child_process";
import type { Environment, MpiKind } from "./environment.ts";

/** An MPI that is installed: its compiler, which knows where its headers and libraries are. */
export interface Mpi {
  readonly kind: MpiKind;
  readonly mpicc: string;
  /** The compiler's call as `mpicc -show` prints it. */
  readonly shown: string;
}

/** Debian keeps several side by side, each under a name of its own. */
const NAMES: Record<MpiKind, readonly string[]> = {
  openmpi: ["mpicc.openmpi", "mpicc"],
  mpich: ["mpicc.mpich", "mpicc"],
};

/**
 * The MPI of a kind, of any kind where none is given. `TSPYRO_MPICC` names a compiler by hand.
 * @returns undefined where there is none
 */
export function findMpi(kind: MpiKind | undefined, env: Environment): Mpi | undefined {
  const own = env.TSPYRO_MPICC;
  const kinds: readonly MpiKind[] = kind === undefined ? ["openmpi", "mpich"] : [kind];
  const names = own ? [own] : kind === undefined ? ["mpicc", ...kinds.map((k) => `mpicc.${k}`)] : NAMES[kind];
  for (const mpicc of names) {
    const shown = show(mpicc, env);
    const found = shown === undefined ? undefined : kindOf(shown);
    if (shown !== undefined && found !== undefined && kinds.includes(found))
      return { kind: found, mpicc, shown };
  }
  return undefined;
}

function show(mpicc: string, env: Environment): string | undefined {
  try {
    return execFileSync(mpicc, ["-show"], {
      encoding: "utf8",
      env: { ...env },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

function kindOf(shown: string): MpiKind | undefined {
  if (/open-?mpi|-lmpi(\s|$).*ompi|ompi/i.test(shown)) return "openmpi";
  if (/mpich|mvapich|intel|-lmpi(\s|$)/i.test(shown)) return "mpich";
  return undefined;
}
