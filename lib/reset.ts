/**
 * Puts the runtime back on its feet after a run that was cut off so hard that no `finally` ran (V8's terminate, with
 * which a notebook ends a cell that does not listen). The kernel calls it after every interrupt; after one that was an
 * ordinary exception it finds nothing to do.
 */
import * as tf from "@tensorflow/tfjs-core";
import { releaseTape } from "./infer/gradients.ts";
import { rollbackInFlight } from "./infer/index.ts";
import { clearStack } from "./poutine/stack.ts";
import { restoreAll } from "./restoring.ts";

/** Empties the effect stack, rolls a half-taken step back, and closes the scopes and tapes of TensorFlow.js. */
export function resetRuntime(): void {
  restoreAll();
  clearStack();
  const { state } = tf.engine();
  state.kernelDepth = 0;
  state.numDataMovesStack.length = 0;
  state.gradientDepth = 0;
  releaseTape();
  state.activeTape = null as unknown as typeof state.activeTape;
  // Writes that a step was interrupted in are finished outside of its scopes, so that they outlive them.
  while (state.scopeStack.length > 0) tf.engine().endScope();
  rollbackInFlight();
}
