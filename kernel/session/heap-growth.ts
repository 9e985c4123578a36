import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

/**
 * Steps make many short-lived objects. Left to itself V8 collects them late, keeps up to 200 MB of pages for more of
 * them, and never gives those back.
 */
export const growthFlag = "--heap-growing-percent=40";

/**
 * From now on. V8 refuses code that was compiled under other flags, Node's own too, and with this one from the start
 * each thread of the kernel would need 25 ms more to begin: so what has been compiled is kept first.
 */
export function limitHeapGrowth(): void {
  flushCompileCache();
  setFlagsFromString(growthFlag);
}
