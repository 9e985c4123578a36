/** Registers every kernel and gradient that the library adds to tfjs; safe to call again. */
import { registerArithmeticGradients } from "./gradients/arithmetic.ts";
import { registerBroadcastGradients } from "./gradients/broadcast.ts";
import { mendCustomGradients } from "./gradients/custom.ts";
import { registerImageGradients } from "./gradients/images.ts";
import { registerIndexingGradients } from "./gradients/indexing.ts";
import { registerProductGradients } from "./gradients/products.ts";
import { registerSecondOrderGradients } from "./gradients/second-order.ts";
import { registerZeroGradients } from "./gradients/zero.ts";
import { registerLinalgGradients } from "./linalg/gradients.ts";
import { registerLinalgKernels } from "./linalg/kernels.ts";
import { registerRandomKernels } from "./random/kernels.ts";
import { registerSpecialGradients } from "./special/gradients.ts";
import { registerSpecialKernels } from "./special/kernels.ts";
import { registerNormalScore } from "./special/normal-score.ts";

let done = false;

export function registerAll(): void {
  if (done) return;
  done = true;
  registerSpecialKernels();
  registerSpecialGradients();
  registerNormalScore();
  registerLinalgKernels();
  registerLinalgGradients();
  registerRandomKernels();
  registerArithmeticGradients();
  registerZeroGradients();
  registerBroadcastGradients();
  registerIndexingGradients();
  registerProductGradients();
  registerSecondOrderGradients();
  registerImageGradients();
  mendCustomGradients();
}
