import { execFileSync } from "node:child_process";
import type { Environment, MpiKind } from "./environment.ts";

/** An mpirun, and what it needs to be told on one machine. */
export interface Runner {
  readonly kind: MpiKind;
  readonly command: string;
  /** Options before those of the caller. */
  readonly options: readonly string[];
  /** What stands before the ranks' own command. */
  readonly wrapper: readonly string[];
  readonly env: Environment;
}

const NAMES: Record<MpiKind, readonly string[]> = {
  openmpi: ["mpirun.openmpi", "mpirun"],
  mpich: ["mpirun.mpich", "mpiexec.hydra", "mpirun"],
};

const OPTIONS: Record<MpiKind, readonly string[]> = {
  openmpi: [],
  // Ranks that live on say whose fault it was, and end all others themselves.
  mpich: ["-disable-auto-cleanup"],
};

/**
 * MPICH's process manager may end all ranks at once when one of its own children is killed, before they can say what
 * happened: so there is a shell between.
 */
const WRAPPERS: Record<MpiKind, readonly string[]> = {
  openmpi: [],
  mpich: ["sh", "-c", 'trap "" USR1; "$0" "$@"; exit $?'],
};

/** More ranks than cores, and containers, where the only user is root and processes may not read each other. */
const DEFAULTS: Environment = {
  OMPI_MCA_rmaps_base_oversubscribe: "1",
  OMPI_MCA_mpi_yield_when_idle: "1",
  OMPI_MCA_btl_vader_single_copy_mechanism: "none",
  OMPI_MCA_orte_base_help_aggregate: "1",
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
};

/** The mpirun of a kind, of the first that is there where none is given; undefined where there is none. */
export function findRunner(wanted: MpiKind | undefined, env: Environment): Runner | undefined {
  const own = env.TSPYRO_MPIRUN;
  const asked = env.TSPYRO_MPI === "openmpi" || env.TSPYRO_MPI === "mpich" ? env.TSPYRO_MPI : undefined;
  const chosen = wanted ?? asked;
  const kinds: readonly MpiKind[] = chosen === undefined ? ["openmpi", "mpich"] : [chosen];
  for (const kind of kinds) {
    for (const command of own ? [own] : NAMES[kind]) {
      if (kindOf(command, env) !== kind) continue;
      return { kind, command, options: OPTIONS[kind], wrapper: WRAPPERS[kind], env: { ...DEFAULTS, ...env } };
    }
  }
  return undefined;
}

function kindOf(command: string, env: Environment): MpiKind | undefined {
  try {
    const said = execFileSync(command, ["--version"], {
      encoding: "utf8",
      env: { ...DEFAULTS, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /open ?(mpi|rte)/i.test(said) ? "openmpi" : /hydra|mpich|intel/i.test(said) ? "mpich" : undefined;
  } catch {
    return undefined;
  }
}
