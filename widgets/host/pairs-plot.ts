import { pyroError } from "../../lib/errors.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import type { PairsData } from "../views/pairs.ts";
import { type NumericArray, readArray } from "./numeric-array.ts";
import { listed, ResultView } from "./result-view.ts";
import { readSamples, type SamplesInput } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

export interface PairsPlotOptions extends ShowOptions {
  title?: string;
  /** Sites, or single numbers of them (`theta[0]`), in their order (default all, 5 numbers at most). */
  sites?: readonly string[];
  /**
   * Which draws are divergent: a 1 (or true) for each that is, in the order of the draws. An `MCMC` knows that itself;
   * false hides it.
   */
  divergences?: NumericArray | readonly boolean[] | false;
  /** Whether arrays are `[chains, draws, ...site]`, not `[draws, ...site]` (default false). */
  groupByChain?: boolean;
}

const optionNames: OptionNames<PairsPlotOptions> = {
  title: true,
  sites: true,
  divergences: true,
  groupByChain: true,
  width: true,
  theme: true,
};

const most = { all: 5, named: 8 };

/**
 * Draws of numbers against each other, their densities on the diagonal and their correlations above it; divergent draws
 * are marked.
 *
 * @example pairsPlot(mcmc, { sites: ["mu", "tau", "theta[0]"] })
 * @throws where there are no draws, a site that is asked for is not there, or divergences are not those of the draws
 */
export function pairsPlot(samples: SamplesInput, options: PairsPlotOptions = {}): ResultView {
  checkOptions("pairsPlot", options, optionNames);
  const { title, sites, divergences, groupByChain } = options;
  const room = sites === undefined ? most.all : most.named;
  const {
    numbers,
    more,
    diverging: own,
  } = readSamples("pairsPlot", samples, { sites, groupByChain, most: room });
  const draws = numbers[0]?.chains.reduce((sum, { length }) => sum + length, 0) ?? 0;
  const odd = numbers.find(({ chains }) => chains.reduce((sum, { length }) => sum + length, 0) !== draws);
  if (odd !== undefined)
    throw unequal(
      "pairsPlot",
      `"${odd.name}"`,
      draws,
      odd.chains.reduce((sum, { length }) => sum + length, 0),
    );
  const diverging =
    divergences === undefined ? own : divergences === false ? undefined : [flags(divergences)];
  const marked = diverging?.reduce((sum, { length }) => sum + length, 0);
  if (marked !== undefined && marked !== draws)
    throw unequal("option divergences of pairsPlot", "divergences", draws, marked);
  const data: PairsData = {
    ...(title !== undefined && { title }),
    ...(diverging !== undefined && { diverging }),
    numbers,
    more,
  };
  const text = `${title ?? "Draws against each other"}: ${listed(numbers.map(({ name }) => name))}`;
  return new ResultView(text, options, (views, view) => views.pairs(data, view));
}

function flags(divergences: NumericArray | readonly boolean[]): ArrayLike<number> {
  const { values } = readArray("option divergences of pairsPlot", divergences as NumericArray);
  return Float64Array.from(values, (value) => (Number(value) === 0 ? 0 : 1));
}

function unequal(where: string, what: string, expected: number, got: number): Error {
  return pyroError({
    what: `There are not as many ${what} as draws`,
    where,
    expected: String(expected),
    got: String(got),
  });
}
