/** Pyro's own spelling of the functions that programs call: for those who bring a program with them. */

export { newtonStep as newton_step } from "./optim/index.ts";
export { clearParamStore as clear_param_store, getParamStore as get_param_store } from "./params/global.ts";
export {
  getVectorizedMapDataInfo as get_vectorized_map_data_info,
  identifyDenseEdges as identify_dense_edges,
} from "./poutine/dense.ts";
export { inferConfig as infer_config } from "./poutine/infer-config.ts";
export { randomModule as random_module } from "./primitives/random-module.ts";
export { setSeed as set_rng_seed } from "./tensor/index.ts";
export {
  enableValidation as enable_validation,
  validationEnabled as validation_enabled,
} from "./validation.ts";
