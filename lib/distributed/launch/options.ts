import { pyroError } from "../../errors.ts";
import { checkOptions, type OptionNames } from "../../options.ts";
import type { ParamReport } from "../../params/types.ts";

export interface LaunchOptions<A extends readonly unknown[] = readonly unknown[]> {
  /** How many ranks. */
  np: number;
  /** What the function is called with on each rank: JSON, typed arrays, tensors, maps, and functions of them alone. */
  args?: A;
  /** Which MPI, where both are installed. */
  mpi?: "openmpi" | "mpich";
  /** Environment of the ranks, beside this process's. */
  env?: Readonly<Record<string, string>>;
  /** Show the ranks' losses while they train (default true). */
  progress?: boolean;
  /** Ends all ranks when aborted. */
  signal?: AbortSignal;
}

export interface LaunchResult<T> {
  /** What the function has returned on rank 0. */
  readonly value: T;
  /** And on each rank. */
  readonly values: readonly T[];
  /** Losses of each rank's runs. */
  readonly losses: readonly Float32Array[];
  /** What rank 0's parameters have done to this process's ParamStore. */
  readonly params: ParamReport;
  /** Process ids of the ranks, which are over. */
  readonly pids: readonly number[];
}

/** A rank is a process of a hundred megabytes and more: nobody means thousands. */
const MOST = 256;

const NAMES: OptionNames<LaunchOptions> = {
  ...{ np: true, args: true, mpi: true, env: true, progress: true, signal: true },
};

/** @throws where an option does not exist or is none of what it may be */
export function checkLaunch(task: unknown, given: LaunchOptions): void {
  if (typeof task !== "function" && (typeof task !== "string" || task === "")) {
    throw refused("task", "a function, or the path of a script", task);
  }
  if (typeof given !== "object" || given === null) throw refused("options", "{ np: 4 }", given);
  checkOptions<LaunchOptions>("distributed.launch", given, NAMES);
  const { np, args, mpi } = given;
  if (!Number.isSafeInteger(np) || np < 1) throw refused("np", "a whole number >= 1", np);
  if (np > MOST) throw refused("np", `at most ${MOST}, on one machine`, np);
  if (args !== undefined && !Array.isArray(args)) throw refused("args", "an array", args);
  if (mpi !== undefined && mpi !== "openmpi" && mpi !== "mpich")
    throw refused("mpi", '"openmpi", "mpich"', mpi);
}

function refused(name: string, expected: string, got: unknown): Error {
  return pyroError({
    what: `${name} of launch is not what it may be`,
    where: "distributed.launch",
    expected,
    got: typeof got === "string" ? `"${got}"` : typeof got === "function" ? "a function" : String(got),
  });
}
