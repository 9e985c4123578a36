/** Pages train alone. It stands for `node.ts` wherever the library is bundled for a browser. */
import type { ShimResult } from "./shim.ts";

export function loadShim(): ShimResult {
  return { shim: undefined, alone: true, why: "a browser has no MPI" };
}

export function hearExit(_onExit: (code: number, error: unknown) => void): void {}

export function say(line: string): void {
  console.error(line);
}
