/** The process's parameter store. */
import { ParamStoreDict } from "./param-store.ts";

let store: ParamStoreDict | undefined;

/**
 * The one store that `param` uses. Nothing can be put on it: `getParamStore().calls = 1` is an error, for a compiled step
 * would not see it.
 */
export function getParamStore(): ParamStoreDict {
  store ??= Object.preventExtensions(new ParamStoreDict());
  return store;
}

/** Forgets all parameters. */
export function clearParamStore(): void {
  getParamStore().clear();
}
