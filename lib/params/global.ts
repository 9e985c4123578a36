/** The process's parameter store. */
import { ParamStoreDict } from "./param-store.ts";

let store: ParamStoreDict | undefined;

/** The one store that `param` uses. */
export function getParamStore(): ParamStoreDict {
  store ??= new ParamStoreDict();
  return store;
}

/** Forgets all parameters. */
export function clearParamStore(): void {
  getParamStore().clear();
}
