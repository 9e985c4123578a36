/**
 * tspyro: probabilistic programs in TypeScript. A model and a guide are plain functions that call the primitives
 * (`sample`, `param`, `plate`); `infer` fits one to the other; `poutine` changes what programs mean.
 */
import "./tensor/backend.ts";

export * as distributed from "./distributed/index.ts";
export * as dist from "./distributions/index.ts";
/** As Pyro's programs have them. */
export * as distributions from "./distributions/index.ts";
export { constraints } from "./distributions/index.ts";
export { formatError, ModelError, PyroError, pyroError } from "./errors.ts";
export {
  type Formula,
  FormulaError,
  type FormulaScope,
  type FormulaValue,
  formula,
} from "./formula/index.ts";
export * as infer from "./infer/index.ts";
export * from "./infer/index.ts";
export { pollInterrupt, setInterruptHook } from "./interrupt.ts";
export { type JitProgram, type Jitted, jit } from "./jit/index.ts";
export * as nn from "./nn/index.ts";
export { notice, setNoticeHook } from "./notice.ts";
export * as optim from "./optim/index.ts";
export * as params from "./params/index.ts";
export { ParamStoreDict } from "./params/index.ts";
export * as poutine from "./poutine/index.ts";
export { NonlocalExit, Trace } from "./poutine/index.ts";
export * from "./primitives.ts";
export * from "./pyro-names.ts";
export { resetRuntime } from "./reset.ts";
export { backendName, backendReason } from "./tensor/index.ts";
export * as tf from "./tf.ts";
export { validationEnabled } from "./validation.ts";
