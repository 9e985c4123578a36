import { pyroError } from "../../lib/errors.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import type { NumericArray } from "./numeric-array.ts";
import { listed, ResultView } from "./result-view.ts";
import { readSamples, readValues, type SamplesInput } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

export interface PosteriorPlotOptions extends ShowOptions {
  title?: string;
  /** Draws of the same sites before the data were seen, as `new Predictive(model, ...).run()` gives them. */
  prior?: SamplesInput;
  /** Share of the draws in the interval (default 0.9). */
  prob?: number;
  /** True values, where they are known. */
  truth?: Readonly<Record<string, NumericArray | number>>;
  /** Sites, or single numbers of them (`theta[0]`), in their order (default all, 12 numbers at most). */
  sites?: readonly string[];
  /** Whether arrays are `[chains, draws, ...site]`, not `[draws, ...site]` (default false). */
  groupByChain?: boolean;
}

const optionNames: OptionNames<PosteriorPlotOptions> = {
  title: true,
  prior: true,
  prob: true,
  truth: true,
  sites: true,
  groupByChain: true,
  width: true,
  theme: true,
};

const most = { all: 12, named: 60 };

/**
 * Densities of all numbers of the draws, with their central intervals, against the prior and the truth where given.
 *
 * @example posteriorPlot(mcmc, { prior: new Predictive(model, { numSamples: 1000 }).run(), sites: ["mu", "tau"] })
 * @throws where there are no draws, or a site that is asked for is not there
 */
export function posteriorPlot(samples: SamplesInput, options: PosteriorPlotOptions = {}): ResultView {
  checkOptions("posteriorPlot", options, optionNames);
  const { title, prior, prob = 0.9, truth = {}, sites, groupByChain } = options;
  checkShare("option prob of posteriorPlot", prob);
  const room = sites === undefined ? most.all : most.named;
  const { numbers, more, note } = readSamples("posteriorPlot", samples, { sites, groupByChain, most: room });
  const before =
    prior === undefined
      ? []
      : readSamples("option prior of posteriorPlot", prior, { most: Number.POSITIVE_INFINITY }).numbers;
  const priors = new Map(before.map(({ name, chains }) => [name, chains]));
  const truths = readValues("option truth of posteriorPlot", truth);
  const data = {
    ...(title !== undefined && { title }),
    ...(note !== undefined && { note }),
    prob,
    more,
    numbers: numbers.map((number) => ({
      ...number,
      prior: priors.get(number.name),
      truth: truths.get(number.name),
    })),
  };
  const text = `${title ?? "Posterior densities"}: ${listed(numbers.map(({ name }) => name))}`;
  return new ResultView(text, options, (views, view) => views.posterior(data, view));
}

export function checkShare(where: string, share: number): void {
  if (share > 0 && share < 1) return;
  throw pyroError({
    what: "An interval holds a share of the draws",
    where,
    expected: "a number between 0 and 1, such as 0.9",
    got: String(share),
  });
}
