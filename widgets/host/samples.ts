import { kindOf, pyroError } from "../../lib/errors.ts";
import { nearest } from "../../lib/nearest.ts";
import type { NumberDraws } from "../views/draws.ts";
import { isNumericArray, type NumericArray, readArray } from "./numeric-array.ts";
import { hasFunction } from "./sources.ts";
import { readWeighted, type WeightedSource } from "./weighted-draws.ts";

/** Draws by site, `[draws, ...site]`: of `Predictive.run`, `MCMC.getSamples`, `guide.sample(n)`, or plain arrays. */
export type SiteDraws = Readonly<Record<string, NumericArray>>;

/** An `MCMC`. */
export interface SamplerSource {
  getSamples(options?: { groupByChain?: boolean }): SiteDraws;
  readonly records: readonly { readonly diverging: ArrayLike<number> }[];
}

/** Whatever holds draws: by site, of one number, of an `MCMC` that has run, of an `Importance` or a `Search`. */
export type SamplesInput = SiteDraws | NumericArray | SamplerSource | WeightedSource;

export interface ReadOptions {
  /** Sites, or single numbers of them (`theta[0]`), in their order (default all). */
  sites?: readonly string[] | undefined;
  /** Whether arrays are `[chains, draws, ...site]`, not `[draws, ...site]`. */
  groupByChain?: boolean | undefined;
  /** How many numbers there is room for. */
  most: number;
}

export interface Samples {
  readonly numbers: readonly NumberDraws[];
  /** Of a sampler, by chain: 1 where the transition diverged. */
  readonly diverging?: readonly ArrayLike<number>[];
  /** How many numbers there was no room for. */
  readonly more: number;
  /** Where the draws come from, if that is worth a word. */
  readonly note?: string;
}

export function isSampler(value: unknown): value is SamplerSource {
  return hasFunction(value, "getSamples") && "records" in value;
}

export function isWeighted(value: unknown): value is WeightedSource {
  return hasFunction(value, "getNormalizedWeights") && "execTraces" in value;
}

/** Each number of each site. @throws where there are no numbers, or a site that is asked for is not there */
export function readSamples(where: string, input: SamplesInput, options: ReadOptions): Samples {
  if (isSampler(input)) {
    const draws = input.getSamples({ groupByChain: true });
    const read = readSites(where, draws, { ...options, groupByChain: true });
    for (const tensor of Object.values(draws)) if (hasFunction(tensor, "dispose")) tensor.dispose();
    const length = read.numbers[0]?.chains[0]?.length ?? 0;
    // By chain, all are as long as the shortest.
    const diverging = input.records
      .filter((record) => record.diverging.length > 0)
      .map((record) => Array.from(record.diverging).slice(0, length));
    return { ...read, diverging };
  }
  if (isWeighted(input)) {
    const { draws, note } = readWeighted(where, input);
    return { ...readSites(where, draws, { ...options, groupByChain: false }), note };
  }
  if (isNumericArray(input)) return readSites(where, { draws: input }, options);
  if (typeof input !== "object" || input === null) throw notSamples(where, input);
  return readSites(where, input as SiteDraws, options);
}

function readSites(
  where: string,
  input: SiteDraws,
  { sites, groupByChain = false, most }: ReadOptions,
): Omit<Samples, "diverging"> {
  const leading = groupByChain ? 2 : 1;
  const names: { name: string; site: string; index: number }[] = [];
  const arrays = new Map<string, Layout>();
  for (const [site, value] of Object.entries(input)) {
    if (!isNumericArray(value)) throw notSamples(`${where}, site "${site}"`, value);
    const layout = layoutOf(`${where}, site "${site}"`, value, leading);
    arrays.set(site, layout);
    for (let index = 0; index < layout.size; index++)
      names.push({ name: numberName(site, index, layout.shape), site, index });
  }
  const wanted = sites === undefined ? names : sites.flatMap((one) => pick(where, names, one));
  const numbers = wanted
    .slice(0, most)
    .map(({ name, site, index }) => ({ name, chains: columnOf(arrays.get(site), index) }));
  return { numbers, more: Math.max(0, wanted.length - most) };
}

interface Layout {
  chains: number;
  draws: number;
  /** Of one draw. */
  shape: readonly number[];
  size: number;
  values: ArrayLike<number>;
}

function layoutOf(where: string, value: NumericArray, leading: number): Layout {
  const { shape, values } = readArray(where, value);
  if (shape.length < leading) {
    throw pyroError({
      what: "An axis is missing",
      where,
      expected: leading === 2 ? "[chains, draws, ...site], with groupByChain: true" : "[draws, ...site]",
      got: `[${shape.join(", ")}]`,
    });
  }
  const own = shape.slice(leading);
  return {
    chains: leading === 2 ? (shape[0] ?? 0) : 1,
    draws: shape[leading - 1] ?? 0,
    shape: own,
    size: own.reduce((a, b) => a * b, 1),
    values,
  };
}

function columnOf(layout: Layout | undefined, index: number): Float64Array[] {
  if (layout === undefined) return [];
  const { chains, draws, size, values } = layout;
  return Array.from({ length: chains }, (_, chain) => {
    const column = new Float64Array(draws);
    for (let draw = 0; draw < draws; draw++)
      column[draw] = Number(values[(chain * draws + draw) * size + index]);
    return column;
  });
}

/** `mu`, `theta[0]`, `L[1,0]`. */
export function numberName(site: string, index: number, shape: readonly number[]): string {
  if (shape.length === 0) return site;
  const digits: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    digits.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `${site}[${digits.join(",")}]`;
}

function pick<N extends { name: string; site: string }>(
  where: string,
  names: readonly N[],
  wanted: string,
): N[] {
  const found = names.filter(({ name, site }) => site === wanted || name === wanted.replaceAll(" ", ""));
  if (found.length > 0) return found;
  const known = [...new Set(names.map(({ site }) => site))];
  const near = nearest(wanted, known);
  throw pyroError({
    what: `There is no site "${wanted}"`,
    where: `option sites of ${where}`,
    expected: `some of ${known.join(", ")}`,
    got: wanted,
    ...(near !== undefined && { try: near }),
  });
}

/** Values by the name of the number, such as true ones: a number or an array of the site's shape each. */
export function readValues(
  where: string,
  values: Readonly<Record<string, NumericArray | number>>,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [site, value] of Object.entries(values)) {
    const { shape, values: numbers } = readArray(`${where}, site "${site}"`, value);
    for (let i = 0; i < numbers.length; i++) found.set(numberName(site, i, shape), Number(numbers[i]));
  }
  return found;
}

export function notSamples(where: string, got: unknown): Error {
  return pyroError({
    what: "There are no draws",
    where,
    expected:
      "draws by site ({ mu: [draws] }, as Predictive.run, MCMC.getSamples and guide.sample(n) give them), an MCMC, an Importance, or an array",
    got: Array.isArray(got) ? "an array of other things than numbers" : kindOf(got),
  });
}
