/** The processes that train together. There is one so far; what runs several implements `World`. */
import { pyroError } from "../../errors.ts";
import { notice } from "../../notice.ts";

/** How gradients of several processes become one. Of a single process each leaves them as they are. */
export type ReduceOp = "average" | "sum" | "adasum";

export interface World {
  /** This process's number, from 0. */
  readonly rank: number;
  readonly size: number;
  /** Combine the numbers of all ranks: each of them calls it with as many, and gets the same. */
  allreduce(values: Float32Array, op: ReduceOp): Float32Array;
}

const oneProcess: World = { rank: 0, size: 1, allreduce: (values) => values };

/** Where Open MPI, MPICH and those that follow them tell a process how many there are. */
const SIZES = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE"] as const;

let told = false;

/**
 * The world that this process is in. The first call says what it is.
 * @throws where mpirun has started several: each would train on its own, unnoticed
 */
export function currentWorld(env: Readonly<Record<string, string | undefined>> = process.env): World {
  const variable = SIZES.find((name) => Number(env[name]) > 1);
  if (variable !== undefined) {
    throw pyroError({
      what: "Several processes cannot train together yet",
      where: "HorovodOptimizer",
      expected: "one process",
      got: `${env[variable]} processes (${variable})`,
      try: "start it without mpirun",
    });
  }
  if (!told) {
    told = true;
    notice(
      "HorovodOptimizer trains in a world of one process: MPI is not used, and nothing is exchanged. " +
        "Several processes (mpirun) are not there yet.",
    );
  }
  return oneProcess;
}
