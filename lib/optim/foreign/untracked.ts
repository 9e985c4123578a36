import * as tf from "@tensorflow/tfjs-core";
import { restoring } from "../../restoring.ts";

/** Run code of others whose tensors are to live on after the scopes that are open now. */
export function untracked<T>(body: () => T): T {
  const { state } = tf.engine();
  const scope = state.activeScope;
  Object.assign(state, { activeScope: null });
  const restore = () => {
    state.activeScope = scope;
  };
  return restoring(restore, body);
}
