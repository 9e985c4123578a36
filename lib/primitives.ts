/** The primitives: what a model or a guide is written with. One file each in `primitives/`. */
export { clearParamStore, getParamStore } from "./params/global.ts";
export { deterministic, factor } from "./primitives/deterministic.ts";
export { type ModuleSettings, module } from "./primitives/module.ts";
export { type ParamSettings, param } from "./primitives/param.ts";
export {
  iarange,
  irange,
  Plate,
  type PlateOptions,
  plate,
} from "./primitives/plate.ts";
export {
  type ModulePrior,
  type RandomModule,
  randomModule,
  type WeightPrior,
} from "./primitives/random-module.ts";
export { observe, type SampleOptions, sample } from "./primitives/sample.ts";
export { setSeed as setRngSeed } from "./tensor/index.ts";
export { enableValidation } from "./validation.ts";
