/**
 * What `this` is in an arrow function: the one thing of a closure that V8's inspector does not list. But the condition
 * of a breakpoint is evaluated where the function stands; so those functions get one, never true, for the time of a run.
 * The debugger costs some tens of milliseconds to turn on, so that is done once, and only for functions that say `this`.
 */
import { restoring } from "../../restoring.ts";
import { Inspector } from "./inspector.ts";

const HANDLE = "__tspyro_receiver";
type Learn = (i: number, value: unknown) => void;
/** By number: breakpoints of a run that was ended by force may still stand. */
const holder = globalThis as { [HANDLE]?: Record<number, Learn> };
let runs = 0;
const receivers = new WeakMap<object, { readonly value: unknown }>();
const asked = new WeakSet<object>();

/** Whether a function's `this` is that of where it was written. */
export function hasOuterThis(text: string): boolean {
  return /\bthis\b/.test(text) && /^(?:async\s*)?(?:\([^{]*?\)|[\w$]+)\s*=>/.test(text);
}

/** Undefined where nobody has found out. */
export function receiverOf(f: object): { readonly value: unknown } | undefined {
  return receivers.get(f);
}

/** Runs `f`, and finds out what `this` is in those of the functions that it calls. */
export function learnReceivers<T>(functions: readonly object[], f: () => T): T {
  const open = functions.filter((one) => !asked.has(one));
  const inspector = open.length === 0 ? undefined : Inspector.open();
  if (inspector === undefined) return f();
  const run = runs++;
  holder[HANDLE] = {
    [run]: (i, value) => {
      receivers.set(open[i] as object, { value });
    },
  };
  const restore = () => {
    delete holder[HANDLE];
    inspector.close();
  };
  return restoring(restore, () => {
    for (const [i, one] of open.entries()) {
      asked.add(one);
      inspector.breakAt(one, `(globalThis["${HANDLE}"]?.[${run}]?.(${i}, this), false)`);
    }
    return f();
  });
}
