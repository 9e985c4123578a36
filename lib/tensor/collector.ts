/** How Node collects garbage on demand, without a command-line flag. */
import { setFlagsFromString } from "node:v8";
import { createContext, runInNewContext, Script } from "node:vm";
import type { Collector } from "./memory.ts";

export function nodeCollector(): Collector {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  // A context with its own queue of microtasks. Emptying that queue, which is what ends a turn as far as
  // WeakRefs are concerned, is how a synchronous loop can let go of what it has dropped.
  const context = createContext({}, { microtaskMode: "afterEvaluate" });
  const nothing = new Script("0");
  return { gc: () => gc(), releaseWeakRefs: () => void nothing.runInContext(context) };
}
