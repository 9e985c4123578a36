/** `nn`: small networks for guides and models. */
import "../tensor/backend.ts";

export * from "./activations.ts";
export { AutoRegressiveNN, type AutoRegressiveOptions } from "./auto-regressive-nn.ts";
export { Layers } from "./layers.ts";
export { Linear } from "./linear.ts";
export { MaskedLinear } from "./masked-linear.ts";
export { type HasParameters, Module } from "./module.ts";
export { Sequential } from "./sequential.ts";
export { isNetwork, type Network } from "./weights.ts";
