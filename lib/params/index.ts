/** The parameter store: named values that inference changes. */
import "../tensor/backend.ts";

export { decodeState, encodeState } from "./codec.ts";
export type { ConstraintJson } from "./constraint-json.ts";
export { readFileText, writeFileAtomic } from "./file.ts";
export { clearParamStore, getParamStore } from "./global.ts";
export { ParamStoreDict } from "./param-store.ts";
export type {
  DroppedParams,
  ParamEntry,
  ParamEvent,
  ParamOptions,
  ParamReport,
  ParamState,
} from "./types.ts";
