/** The stochastic functions of the 0.1 manual, with its orders of parameters and its defaults. */
import type { Numeric } from "../tensor/index.ts";
import { isKeywords } from "./arguments.ts";
import { Bernoulli } from "./bernoulli.ts";
import { Beta } from "./beta.ts";
import { Categorical } from "./categorical.ts";
import { Cauchy } from "./cauchy.ts";
import { Delta } from "./delta.ts";
import type { Distribution } from "./distribution.ts";
import { Exponential } from "./exponential.ts";
import { Gamma } from "./gamma.ts";
import { HalfCauchy } from "./half-cauchy.ts";
import { LogNormal } from "./log-normal.ts";
import { Multinomial } from "./multinomial.ts";
import { Normal } from "./normal.ts";
import type { Args, OneOf, Options } from "./parametric.ts";
import { Poisson } from "./poisson.ts";
import { stochastic } from "./stochastic.ts";
import { Uniform } from "./uniform.ts";

const PATHWISE = { reparameterized: true, enumerable: false };
const DISCRETE = { reparameterized: false, enumerable: true };

export const bernoulli = stochastic("bernoulli", Bernoulli, DISCRETE);
export const beta = stochastic("beta", Beta, PATHWISE);
export const cauchy = stochastic("cauchy", Cauchy, PATHWISE);
export const delta = stochastic("delta", Delta, { reparameterized: true, enumerable: true });
export const exponential = stochastic("exponential", Exponential, PATHWISE);
export const gamma = stochastic("gamma", Gamma, PATHWISE);
export const lognormal = stochastic("lognormal", LogNormal, PATHWISE);
export const normal = stochastic("normal", Normal, PATHWISE);
export const poisson = stochastic("poisson", Poisson, { reparameterized: false, enumerable: false });
export const uniform = stochastic("uniform", Uniform, PATHWISE);

/** `halfcauchy(mu, gamma)`: the location comes first. */
export const halfcauchy = stochastic(
  "halfcauchy",
  (
    ...args: Args<[mu: Numeric, gamma: Numeric], OneOf<"mu" | "loc"> & OneOf<"gamma" | "scale">>
  ): HalfCauchy => {
    if (isKeywords(args[0])) return HalfCauchy(args[0] as { gamma: Numeric; mu: Numeric });
    const [mu, scale, options] = args as [Numeric, Numeric, Options?];
    return HalfCauchy(scale, mu, options);
  },
  PATHWISE,
);

/** `multinomial(ps, n)`: the probabilities come first. */
export const multinomial = stochastic(
  "multinomial",
  (
    ...args: Args<[ps: Numeric, n: number], OneOf<"ps" | "probs"> & OneOf<"n" | "totalCount", number>>
  ): Multinomial => {
    if (isKeywords(args[0])) return Multinomial(args[0] as { ps: Numeric; n: number });
    const [ps, n, options] = args as [Numeric, number, Options?];
    return Multinomial(n, ps, options);
  },
  { reparameterized: false, enumerable: false },
);

type CategoricalKeywords = { vs?: Numeric | readonly unknown[]; oneHot?: boolean; logits?: Numeric };

/**
 * `categorical(ps, vs?, { logits?, oneHot? })`: a draw is a one-hot vector; with `vs` it is one of them, and with
 * `oneHot: false` an index.
 */
export const categorical = stochastic(
  "categorical",
  (
    ...args:
      | [
          ps: Numeric,
          vs?: Numeric | readonly unknown[] | null,
          options?: Options & Omit<CategoricalKeywords, "vs">,
        ]
      | [
          ps: null | undefined,
          vs: Numeric | readonly unknown[] | null | undefined,
          options: Options & CategoricalKeywords,
        ]
      | [keywords: Options & CategoricalKeywords & OneOf<"ps" | "probs" | "logits">]
      | [ps: Numeric, keywords: Options & CategoricalKeywords]
  ): Distribution => {
    const keywords: Record<string, unknown> = {};
    for (const [i, arg] of args.entries()) {
      if (isKeywords(arg)) Object.assign(keywords, arg);
      else if (arg !== undefined && arg !== null) keywords[i === 0 ? "ps" : "vs"] = arg;
    }
    keywords.oneHot ??= keywords.vs === undefined;
    return Categorical(keywords as { ps: Numeric }) as Distribution;
  },
  DISCRETE,
);
