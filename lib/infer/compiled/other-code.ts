/**
 * Tells whether other code ran while a run gave the event loop a turn. A compiled step stands for what the model did
 * when it was recorded; only other code can have changed that, and where none ran nothing has to be verified again.
 *
 * In Node every callback that the loop runs, promises included, passes through async_hooks; the turn itself is one
 * callback. Elsewhere nobody can tell, and the answer is that it may have.
 */
import { builtinModule } from "../../builtin-module.ts";

interface AsyncHooks {
  createHook(callbacks: { before(): void }): { enable(): void; disable(): void };
}

/**
 * Wait for `turn`, and count the callbacks that run meanwhile.
 * @param own callbacks that the turn itself needs
 * @returns whether there were others, or may have been
 */
export async function otherCodeRan(turn: () => Promise<void>, own: number): Promise<boolean> {
  const hooks = builtinModule<AsyncHooks>("node:async_hooks");
  if (hooks === undefined) {
    await turn();
    return true;
  }
  let callbacks = 0;
  const hook = hooks.createHook({
    before: () => {
      callbacks++;
    },
  });
  hook.enable();
  try {
    await turn();
  } finally {
    hook.disable();
  }
  return callbacks > own;
}
