/** Every family, one line each. */
export { Bernoulli } from "./bernoulli.ts";
export { Beta } from "./beta.ts";
export { Categorical } from "./categorical.ts";
export { Cauchy } from "./cauchy.ts";
export { Delta } from "./delta.ts";
export { Exponential } from "./exponential.ts";
export { Gamma } from "./gamma.ts";
export { Gumbel } from "./gumbel.ts";
export { HalfCauchy } from "./half-cauchy.ts";
export { HalfNormal } from "./half-normal.ts";
export { Laplace } from "./laplace.ts";
export { LogNormal } from "./log-normal.ts";
export { Logistic } from "./logistic.ts";
export { Normal } from "./normal.ts";
export { Pareto } from "./pareto.ts";
export { Uniform } from "./uniform.ts";
export { Weibull } from "./weibull.ts";
