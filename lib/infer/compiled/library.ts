import * as distributions from "../../distributions/index.ts";
import { nameLibrary } from "../../jit/captured/scripts.ts";
import * as nn from "../../nn/index.ts";
import * as optim from "../../optim/index.ts";
import * as params from "../../params/index.ts";
import * as poutine from "../../poutine/index.ts";
import * as primitives from "../../primitives.ts";
import * as tensor from "../../tensor/index.ts";

/**
 * Tell the compiler which functions of a model are this library's, whose state is none of the model's.
 * @param others modules that stand above this one
 */
export function nameOwnFunctions(...others: readonly object[]): void {
  nameLibrary(distributions, nn, optim, params, poutine, primitives, tensor, ...others);
}
