/** Pages train alone. It stands for `node.ts` wherever the library is bundled for a browser. */
import { pyroError } from "../errors.ts";
import type { ShimResult } from "./shim.ts";

export function loadShim(): ShimResult {
  return { shim: undefined, alone: true, why: "a browser has no MPI" };
}

/** @throws always */
export function runRanks(): Promise<never> {
  return Promise.reject(
    pyroError({
      what: "A page cannot start other processes",
      where: "distributed.launch",
      try: "a notebook in JupyterLab, or npx tspyro mpirun",
    }),
  );
}

export function hearExit(_onExit: (code: number, error: unknown) => void): void {}

export function say(line: string): void {
  console.error(line);
}
