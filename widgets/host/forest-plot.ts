import { pyroError } from "../../lib/errors.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import type { ForestData } from "../views/forest.ts";
import { isNumericArray } from "./numeric-array.ts";
import { checkShare } from "./posterior-plot.ts";
import { listed, ResultView } from "./result-view.ts";
import { isSampler, isWeighted, readSamples, type SamplesInput } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

export interface ForestPlotOptions extends ShowOptions {
  title?: string;
  /** Name of the quantity with its unit. */
  label?: string;
  /** Shares of the draws in the thick and in the thin line (default 0.5 and 0.9). */
  probs?: readonly [number, number];
  /** A vertical line, such as 0 for effects. */
  reference?: number;
  /** A line for each chain (default: the draws of all chains together). */
  byChain?: boolean;
  /** Sites, or single numbers of them (`theta[0]`), in their order (default all, 40 numbers at most). */
  sites?: readonly string[];
  /** Whether arrays are `[chains, draws, ...site]`, not `[draws, ...site]` (default false). */
  groupByChain?: boolean;
}

const optionNames: OptionNames<ForestPlotOptions> = {
  title: true,
  label: true,
  probs: true,
  reference: true,
  byChain: true,
  sites: true,
  groupByChain: true,
  width: true,
  theme: true,
};

const most = { all: 40, named: 120 };
/** As many colours as can be told apart. */
const mostSeries = 6;

/**
 * Medians and central intervals of many numbers, a row for each: of one posterior, of its chains, or of several models
 * by name, side by side.
 *
 * @example forestPlot({ centred: mcmc1, "not centred": mcmc2 }, { sites: ["theta"], reference: 0 })
 * @throws where there are no draws, or a site that is asked for is not there
 */
export function forestPlot(
  samples: SamplesInput | Readonly<Record<string, SamplesInput>>,
  options: ForestPlotOptions = {},
): ResultView {
  checkOptions("forestPlot", options, optionNames);
  const { title, label, probs = [0.5, 0.9], reference, byChain = false, sites, groupByChain } = options;
  for (const prob of probs) checkShare("option probs of forestPlot", prob);
  const models = isByModel(samples) ? Object.entries(samples) : [["", samples as SamplesInput] as const];
  if (models.length > mostSeries) throw tooMany(models.map(([name]) => name));
  const room = sites === undefined ? most.all : most.named;
  const read = models.map(([name, input]) => {
    const where = name === "" ? "forestPlot" : `forestPlot, model "${name}"`;
    return { name, ...readSamples(where, input, { sites, groupByChain, most: room }) };
  });
  const chains = byChain && read.length === 1 ? chainsOf(read[0]?.numbers ?? []) : undefined;
  const data: ForestData = {
    series: chains ?? read.map(({ name, numbers }) => ({ name, numbers })),
    probs: probs[0] <= probs[1] ? probs : [probs[1], probs[0]],
    more: Math.max(...read.map(({ more }) => more)),
    ...(title !== undefined && { title }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
  };
  const names = [...new Set(read.flatMap(({ numbers }) => numbers.map(({ name }) => name)))];
  const text = `${title ?? "Intervals of the draws"}: ${listed(names)}`;
  return new ResultView(text, options, (views, view) => views.forest(data, view));
}

function isByModel(input: unknown): input is Readonly<Record<string, SamplesInput>> {
  if (
    typeof input !== "object" ||
    input === null ||
    isSampler(input) ||
    isWeighted(input) ||
    isNumericArray(input)
  )
    return false;
  const values = Object.values(input);
  return (
    values.length > 0 &&
    values.every((value) => typeof value === "object" && value !== null && !isNumericArray(value))
  );
}

function chainsOf(numbers: ForestData["series"][number]["numbers"]): ForestData["series"] {
  const count = Math.min(mostSeries, Math.max(0, ...numbers.map(({ chains }) => chains.length)));
  return Array.from({ length: count }, (_, k) => ({
    name: `chain ${k + 1}`,
    numbers: numbers.map(({ name, chains }) => ({ name, chains: chains.slice(k, k + 1) })),
  }));
}

function tooMany(names: readonly string[]): Error {
  return pyroError({
    what: "There are more models than colours that can be told apart",
    where: "forestPlot",
    expected: `at most ${mostSeries}`,
    got: `${names.length}: ${names.join(", ")}`,
  });
}
