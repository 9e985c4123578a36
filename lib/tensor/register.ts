/** Registers every kernel and gradient that the library adds to tfjs; safe to call again. */
import { registerRandomKernels } from "./random/kernels.ts";
import { registerSpecialGradients } from "./special/gradients.ts";
import { registerSpecialKernels } from "./special/kernels.ts";

let done = false;

export function registerAll(): void {
  if (done) return;
  done = true;
  registerSpecialKernels();
  registerSpecialGradients();
  registerRandomKernels();
}
