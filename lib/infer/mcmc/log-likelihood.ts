import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { Program } from "../program.ts";
import type { Samples } from "./draws.ts";
import { eachDraw } from "./each-draw.ts";

/**
 * The log-density of each observation under each draw.
 * @param samples draws by site, each `[draws, ...site]`, as `getSamples()` returns them; sites that the model computes are computed anew
 * @returns for each observed site a tensor `[draws, ...batch]`
 * @throws where the draws disagree about their number, or nothing is observed
 *
 * @example loo(logLikelihood(model, mcmc.getSamples(), x, y).y)
 */
export function logLikelihood<A extends unknown[]>(
  model: Program<A>,
  samples: Readonly<Samples>,
  ...args: A
): Samples {
  const counts = new Set(Object.values(samples).map(({ shape }) => shape[0] ?? 0));
  const [count = 0] = counts;
  if (counts.size !== 1 || count === 0) {
    throw pyroError({
      what: "The draws of the sites are not equally many",
      where: "logLikelihood",
      expected: "tensors [draws, ...site] with one number of draws",
      got: Object.entries(samples)
        .map(([name, { shape }]) => `${name} [${shape.join(", ")}]`)
        .join("; "),
    });
  }
  const scores = eachDraw(model, args, samples, (sites) =>
    Object.fromEntries(
      sites
        .filter((site) => site.isObserved && site.infer._deterministic !== true)
        .map((site) => [site.name, site.fn.logProb(site.value as tf.Tensor)]),
    ),
  );
  if (Object.keys(scores).length === 0) {
    throw pyroError({
      what: "The model observes nothing",
      where: "logLikelihood",
      try: "call it with its data: logLikelihood(model, samples, ...args)",
    });
  }
  return scores;
}
