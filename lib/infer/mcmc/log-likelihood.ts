import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { pollInterrupt } from "../../interrupt.ts";
import { block } from "../../poutine/block.ts";
import { substitute } from "../../poutine/substitute.ts";
import { trace } from "../../poutine/trace.ts";
import { manyTimes } from "../compiled/repeat.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import type { Samples } from "./draws.ts";

/**
 * The log-density of each observation under each draw.
 * @param samples draws by site, each `[draws, ...site]`, as `getSamples()` returns them
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
  const of = (data: Samples): Samples =>
    tf.tidy(() => {
      const run = block((...a: A) => trace(substitute(model, { data })).getTrace(...a)).invoke(...args);
      const observed = sitesOf(run).filter((site) => site.isObserved);
      return Object.fromEntries(
        observed.map((site) => [site.name, tf.clone(site.fn.logProb(site.value as tf.Tensor))]),
      );
    });
  return tf.tidy(() => {
    const one = manyTimes(count, [model, ...args], of);
    const rows = Object.entries(samples).map(([name, draws]) => [name, tf.unstack(draws)] as const);
    const scores = Array.from({ length: count }, (_, i) => {
      pollInterrupt();
      return one(Object.fromEntries(rows.map(([name, draws]) => [name, draws[i] as tf.Tensor])));
    });
    const names = Object.keys(scores[0] ?? {});
    if (names.length === 0) {
      throw pyroError({
        what: "The model observes nothing",
        where: "logLikelihood",
        try: "call it with its data: logLikelihood(model, samples, ...args)",
      });
    }
    return Object.fromEntries(
      names.map((name) => [name, tf.stack(scores.map((score) => score[name] as tf.Tensor))]),
    );
  });
}
