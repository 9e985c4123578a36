/** `randomModule`: a network whose weights are random variables, as in Bayesian regression. */
import type { Distribution, DistributionLike } from "../distributions/index.ts";
import { asDistribution } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import type { Network, Weight } from "../nn/weights.ts";
import { lift } from "../poutine/lift.ts";
import type { Site } from "../poutine/message.ts";
import { drawsByItself } from "../poutine/stochastic.ts";
import { type Numeric, sameShape } from "../tensor/index.ts";
import { checkedWeights, DIVIDER, type ModuleSettings, module } from "./module.ts";

type Law = Distribution | DistributionLike;

/** What one weight is drawn from: a distribution, or a function that makes one or that draws a value. */
export type WeightPrior = Law | ((site: Site) => Law | Numeric | undefined);

/** One for all weights, or one for each by its path; weights that have none stay parameters. */
export type ModulePrior =
  | WeightPrior
  | ReadonlyMap<string, WeightPrior>
  | { readonly [path: string]: WeightPrior };

/** A distribution over networks: each call draws one. */
export interface RandomModule<N> {
  (): N;
  sample(): N;
}

/**
 * Places a prior over the weights of a network.
 *
 *     const regression = randomModule("regression", new nn.Linear(3, 1), dist.Normal(0, 1))();
 *     observe("y", dist.Normal(regression.call(x), 0.1), y);
 *
 * A weight is one event: a distribution of the weight's shape, or of one that broadcasts to it (`dist.Normal(0, 1)` for a
 * matrix), is taken as a single draw. Its site has the parameter's name, `regression$$$weight`; a guide uses the same
 * call with the distributions of the posterior.
 *
 * @param prior a distribution, a function, or an object or Map of them by path (`{ "layers.0.weight": ... }`)
 * @throws for what `module` refuses, for a path that the network does not have, and for a prior that does not fit
 */
export function randomModule<N extends Network>(
  name: string,
  nnModule: N,
  prior: ModulePrior,
  settings: ModuleSettings = {},
): RandomModule<N> {
  const weights = checkedWeights("randomModule", name, nnModule);
  checkPrior(name, weights, prior);
  const shapes = new Map(weights.map(({ path, slots }) => [`${name}${DIVIDER}${path}`, slots[0].own.shape]));
  const priorOf = (site: Site): Law | (() => Numeric) | undefined => {
    const shape = shapes.get(site.name);
    const law = shape && priorFor(prior, site, site.name.slice(name.length + DIVIDER.length));
    if (shape === undefined || law === undefined) return undefined;
    return typeof law === "function" ? law : oneDraw(site.name, asDistribution(law), shape);
  };
  const draw = () => lift(null, { prior: priorOf as never }).run(() => module(name, nnModule, settings));
  return Object.assign(() => draw(), { sample: () => draw() });
}

function priorFor(prior: ModulePrior, site: Site, path: string): Law | (() => Numeric) | undefined {
  const entry = isSingle(prior) ? prior : (entryOf(prior, path) ?? entryOf(prior, site.name));
  if (entry === undefined || drawsByItself(entry)) return entry as Law | undefined;
  const made = (entry as (site: Site) => Law | Numeric | undefined)(site);
  return made === undefined || drawsByItself(made) ? (made as Law | undefined) : () => made as Numeric;
}

function isSingle(prior: ModulePrior): prior is WeightPrior {
  return typeof prior === "function" || drawsByItself(prior);
}

function entryOf(table: Exclude<ModulePrior, WeightPrior>, key: string): WeightPrior | undefined {
  if (table instanceof Map) return table.get(key);
  const object = table as { readonly [path: string]: WeightPrior };
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The distribution as one draw of the weight's shape. */
function oneDraw(site: string, law: Distribution, shape: readonly number[]): Distribution {
  const batch = shape.slice(0, Math.max(0, shape.length - law.eventDim));
  try {
    const whole = law.expand(batch).toEvent(batch.length);
    if (sameShape(whole.shape(), shape)) return whole;
  } catch {
    // Said below, with the weight's name.
  }
  throw pyroError({
    what: `The prior does not fit the weight`,
    where: `site "${site}"`,
    expected: `a distribution whose shape broadcasts to the weight's, [${shape}]`,
    got: `${law}, of shape [${law.shape()}]`,
  });
}

function checkPrior(name: string, weights: readonly Weight[], prior: unknown): void {
  const where = `randomModule("${name}")`;
  if (typeof prior !== "function" && (typeof prior !== "object" || prior === null || "dataId" in prior)) {
    throw pyroError({
      what: "The prior of randomModule cannot be drawn from",
      where,
      expected: "a distribution, a function, or an object or Map of them by path",
      got: String(prior),
    });
  }
  if (isSingle(prior as ModulePrior)) return;
  const paths = weights.flatMap(({ path }) => [path, `${name}${DIVIDER}${path}`]);
  const keys = prior instanceof Map ? [...prior.keys()] : Object.keys(prior);
  const unknown = keys.find((key) => !paths.includes(key));
  if (unknown === undefined) return;
  throw pyroError({
    what: `The prior names a weight that the network does not have: "${unknown}"`,
    where,
    expected: `paths among ${weights.map(({ path }) => path).join(", ")}`,
    got: keys.join(", "),
  });
}
