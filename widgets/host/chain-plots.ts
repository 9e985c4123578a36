import { checkOptions, type OptionNames } from "../../lib/options.ts";
import { isNumericArray, readArray } from "./numeric-array.ts";
import { listed, ResultView } from "./result-view.ts";
import { isSampler, isWeighted, readSamples, type Samples, type SamplesInput } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

export interface ChainPlotOptions extends ShowOptions {
  title?: string;
  /** Sites, or single numbers of them (`theta[0]`), in their order (default all, 8 numbers at most). */
  sites?: readonly string[];
  /** Whether arrays are `[chains, draws, ...site]`, not `[draws, ...site]` of one chain (default true). */
  groupByChain?: boolean;
}

const optionNames: OptionNames<ChainPlotOptions> = {
  title: true,
  sites: true,
  groupByChain: true,
  width: true,
  theme: true,
};

const most = { all: 8, named: 24 };
/** As many colours as can be told apart. */
const mostChains = 6;

/**
 * Ranks of each chain's draws among those of all chains, as histograms: flat where the chains agree.
 *
 * @param samples an `MCMC` that has run, or draws by chain: `mcmc.getSamples({ groupByChain: true })`
 * @example rankPlot(mcmc, { sites: ["mu", "tau"] })
 */
export function rankPlot(samples: SamplesInput, options: ChainPlotOptions = {}): ResultView {
  checkOptions("rankPlot", options, optionNames);
  const { data, names } = read("rankPlot", samples, options);
  const text = `${options.title ?? "Ranks of the draws by chain"}: ${listed(names)}`;
  return new ResultView(text, options, (views, view) => views.rank(data, view));
}

/**
 * The path of each chain through each number, beside the densities of its draws; divergent transitions are marked.
 *
 * @param samples an `MCMC` that has run, or draws by chain: `mcmc.getSamples({ groupByChain: true })`
 * @example tracePlot(mcmc)
 */
export function tracePlot(samples: SamplesInput, options: ChainPlotOptions = {}): ResultView {
  checkOptions("tracePlot", options, optionNames);
  const { data, names } = read("tracePlot", samples, options);
  const text = `${options.title ?? "Traces and densities by chain"}: ${listed(names)}`;
  return new ResultView(text, options, (views, view) => views.traces(data, view));
}

function read(
  where: string,
  samples: SamplesInput,
  { title, sites, groupByChain = !isOneChain(samples) }: ChainPlotOptions,
) {
  const room = sites === undefined ? most.all : most.named;
  const { numbers, diverging, more } = readSamples(where, samples, { sites, groupByChain, most: room });
  const chains = Math.max(0, ...numbers.map((number) => number.chains.length));
  const data: Omit<Samples, "note"> & { title?: string; moreChains: number } = {
    ...(title !== undefined && { title }),
    ...(diverging !== undefined && { diverging: diverging.slice(0, mostChains) }),
    numbers: numbers.map(({ name, chains: all }) => ({ name, chains: all.slice(0, mostChains) })),
    more,
    moreChains: Math.max(0, chains - mostChains),
  };
  return { data, names: numbers.map(({ name }) => name) };
}

/** Lists of numbers without an axis of chains. */
function isOneChain(samples: SamplesInput): boolean {
  if (isSampler(samples) || isWeighted(samples)) return false;
  const arrays = isNumericArray(samples) ? [samples] : Object.values(samples ?? {}).filter(isNumericArray);
  return arrays.length > 0 && arrays.every((array) => readArray("draws", array).shape.length === 1);
}
