/** Whose process manager started this process, told by what it leaves in the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;
export type MpiKind = "openmpi" | "mpich";

export interface Started {
  /** Undefined where both kinds may be meant. */
  readonly kind: MpiKind | undefined;
  readonly variable: string;
  readonly size: number;
}

const TELLS: readonly (readonly [variable: string, kind: MpiKind | undefined, beside?: string])[] = [
  ["OMPI_COMM_WORLD_SIZE", "openmpi"],
  ["PMI_SIZE", "mpich"],
  ["MV2_COMM_WORLD_SIZE", "mpich"],
  // Slurm's srun: by PMIx or PMI-2, for either.
  ["SLURM_STEP_NUM_TASKS", undefined, "SLURM_PROCID"],
];

/** Undefined where nobody started several processes. */
export function startedBy(env: Environment): Started | undefined {
  for (const [variable, kind, beside] of TELLS) {
    const size = Number(env[variable]);
    if (size > 1 && (beside === undefined || env[beside] !== undefined)) return { kind, variable, size };
  }
  return undefined;
}
