/** `dist`: distributions, constraints, transforms. A new family is its own file, a line here, a row in `testing/cases.ts`. */
import "../tensor/backend.ts";

export { AffineAutoregressive } from "./affine-autoregressive.ts";
export { bijectTo, transformTo } from "./biject-to.ts";
export { CategoricalValues } from "./categorical-values.ts";
export type { Constraint } from "./constraints.ts";
export * as constraints from "./constraints.ts";
export { Distribution, type Shape } from "./distribution.ts";
export * from "./families.ts";
export {
  type FlowOptions,
  InverseAutoRegressiveFlow,
  InverseAutoregressiveFlow,
} from "./inverse-autoregressive-flow.ts";
export { hasKl, kl } from "./kl.ts";
export * from "./manual.ts";
export type { Options } from "./parametric.ts";
export { Parametric } from "./parametric.ts";
export { Planar } from "./planar.ts";
export { draw, isStochasticFunction, type StochasticFunction, stochastic } from "./stochastic.ts";
export { Bijector, type BijectorLike, Transform } from "./transform.ts";
export { TransformedDistribution } from "./transformed.ts";
export * as transforms from "./transforms.ts";
export { asDistribution, type DistributionLike, isDistribution, isDistributionLike } from "./user.ts";
export {
  ExpandedDistribution as Expanded,
  ExpandedDistribution,
  Independent,
  MaskedDistribution as Masked,
  MaskedDistribution,
} from "./wrappers.ts";
