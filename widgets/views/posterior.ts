import { areaY, dot, lineY, type Markish, rectY, ruleX, ruleY } from "@observablehq/plot";
import {
  bulk,
  centralInterval,
  densityWithin,
  isDiscrete,
  type NumberDraws,
  padded,
  quantile,
  shares,
  sortedDraws,
} from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, grid, nothing, numberAxis, type Place, panel, write } from "./panel.ts";
import { dress, type LegendItem, legend, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/** What is believed of each number: its density, an interval under it, the prior and the truth where they are known. */
export interface PosteriorData {
  title?: string;
  numbers: readonly PosteriorNumber[];
  /** Share of the draws in the interval (default 0.9). */
  prob?: number;
  /** How many numbers are not shown. */
  more?: number;
  /** Where the draws come from. */
  note?: string;
}

export interface PosteriorNumber extends NumberDraws {
  prior?: readonly ArrayLike<number>[] | undefined;
  truth?: number | undefined;
}

const panelHeight = 168;
const margin = { left: 12, right: 12, top: 44, bottom: 30 };

export function posterior(
  data: PosteriorData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { prob = 0.9, numbers, more = 0, note } = data;
  const digests = numbers.map((number) => digest(number, prob));
  const items = legendItems(digests, prob, theme);
  const head = 70;
  const { places, height } = grid(numbers.length, {
    x: 4,
    y: head,
    width: width - 8,
    least: 190,
    most: 3,
    height: panelHeight,
  });
  const whole = head + Math.max(height, 90) + 8;
  const svg = svgElement(document, "svg", {});
  digests.forEach((own, i) => {
    const place = places[i];
    if (place !== undefined) drawNumber(svg, document, theme, place, own);
  });
  if (numbers.length === 0) svg.appendChild(nothing(document, theme, width, whole));
  dress(svg, document, {
    theme,
    width,
    height: whole,
    title: data.title ?? "Posterior densities",
    subtitle: subtitle(digests, more, width, note),
    description: digests.map(inWords).join(" ") || "Nothing to show.",
  });
  svg.appendChild(legend(document, items, { x: 16, y: 60, width: width - 32, theme }).element);
  return svg;
}

type Digest = ReturnType<typeof digest>;

function digest({ name, chains, prior, truth }: PosteriorNumber, prob: number) {
  const sorted = sortedDraws(chains);
  const total = chains.reduce((sum, { length }) => sum + length, 0);
  const before = prior === undefined ? undefined : sortedDraws(prior);
  const [low, high] = centralInterval(sorted, prob);
  return {
    name,
    sorted,
    total,
    bad: total - sorted.length,
    prior: before,
    truth: truth !== undefined && Number.isFinite(truth) ? truth : undefined,
    median: quantile(sorted, 0.5),
    low,
    high,
    prob,
    domain: domainOf(sorted, before, truth),
  };
}

/** All of the posterior, and of the prior as much as leaves the posterior wide enough to be seen. */
function domainOf(
  sorted: Float64Array,
  prior: Float64Array | undefined,
  truth: number | undefined,
): [number, number] {
  let [low, high] = sorted.length > 0 ? bulk(sorted) : prior?.length ? bulk(prior) : [0, 1];
  const room = 0.35 * (high - low);
  if (sorted.length > 0 && prior !== undefined && prior.length > 0) {
    const [from, to] = bulk(prior);
    [low, high] = [Math.min(low, Math.max(from, low - room)), Math.max(high, Math.min(to, high + room))];
  }
  if (truth !== undefined && Number.isFinite(truth))
    [low, high] = [Math.min(low, truth), Math.max(high, truth)];
  return padded([low, high]);
}

function drawNumber(svg: Element, document: Document, theme: Theme, place: Place, own: Digest) {
  const { x, y, width } = place;
  const { name, domain, median, low, high, truth } = own;
  const inner = width - margin.left - margin.right;
  const characters = Math.floor(inner / 8);
  svg.appendChild(
    write(document, shorten(name, characters), {
      x: x + 12,
      y: y + 18,
      colour: theme.text,
      size: 13,
      weight: 600,
    }),
  );
  const known = own.sorted.length > 0;
  const facts = known
    ? `${formatNumber(median, 3)}  [${formatNumber(low, 3)}, ${formatNumber(high, 3)}]`
    : "no draws that are numbers";
  svg.appendChild(
    write(document, facts, { x: x + 12, y: y + 34, colour: known ? theme.muted : theme.danger, size: 11 }),
  );
  const discrete = isDiscrete(own.sorted) && (own.prior === undefined || isDiscrete(own.prior, 200));
  const [marks, peak] = discrete ? bars(own, theme) : curves(own, theme);
  const drawing = panel(document, theme, place, {
    marginTop: margin.top,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    marginRight: margin.right,
    x: numberAxis(discrete ? [domain[0] - 0.6, domain[1] + 0.6] : domain, inner),
    y: { axis: null, domain: [-0.1 * peak, 1.05 * peak] },
    marks: [
      ...marks,
      ruleY([0], { stroke: theme.border }),
      ...(known ? interval(own, peak, theme) : []),
      ...(truth === undefined
        ? []
        : [ruleX([truth], { stroke: theme.text, strokeDasharray: "2 3", strokeWidth: 1.75 })]),
    ],
  });
  svg.appendChild(drawing);
}

function curves({ sorted, prior, domain, low, high }: Digest, theme: Theme): [Markish[], number] {
  const points = sorted.length > 0 ? densityWithin(sorted, domain) : [];
  const before = prior === undefined || prior.length === 0 ? [] : densityWithin(prior, domain);
  const within = points.filter(({ x }) => x >= low && x <= high);
  const peak = top(points.length > 0 ? points : before);
  return [
    [
      lineY(before, {
        x: "x",
        y: "y",
        stroke: theme.muted,
        strokeWidth: 1.75,
        strokeDasharray: "5 4",
        clip: true,
      }),
      areaY(within, { x: "x", y: "y", fill: theme.accent, fillOpacity: 0.2, clip: true }),
      lineY(points, { x: "x", y: "y", stroke: theme.accent, strokeWidth: 2, clip: true }),
    ],
    Math.max(peak, Math.min(top(before), 1.6 * peak)),
  ];
}

function bars({ sorted, prior }: Digest, theme: Theme): [Markish[], number] {
  const own = shares(sorted);
  const before = prior === undefined ? [] : shares(prior);
  const at = (half: number) => ({
    x1: ({ value }: { value: number }) => value - half,
    x2: ({ value }: { value: number }) => value + half,
    y: "share",
  });
  return [
    [
      rectY(own, { ...at(0.36), fill: theme.accent, fillOpacity: 0.45, clip: true }),
      rectY(before, { ...at(0.36), fill: "none", stroke: theme.muted, strokeDasharray: "4 3", clip: true }),
    ],
    Math.max(...[...own, ...before].map(({ share }) => share)),
  ];
}

const top = (points: readonly { y: number }[]) => points.reduce((most, { y }) => Math.max(most, y), 0) || 1;

/** A bar under the density, with a circle at the median. */
function interval({ low, high, median }: Digest, peak: number, theme: Theme): Markish[] {
  const y = -0.055 * peak;
  return [
    ruleY([y], { x1: low, x2: high, stroke: theme.accent, strokeWidth: 4, strokeLinecap: "round" }),
    dot([median], {
      x: (value: number) => value,
      y,
      r: 3.25,
      fill: theme.background,
      stroke: theme.accent,
      strokeWidth: 1.75,
    }),
  ];
}

function legendItems(digests: readonly Digest[], prob: number, theme: Theme): LegendItem[] {
  if (digests.length === 0) return [];
  const percent = formatNumber(100 * prob, 3);
  return [
    { label: `posterior, bar: median and ${percent} %`, colour: theme.accent, symbol: "interval" },
    ...(digests.some(({ prior }) => prior !== undefined)
      ? [{ label: "prior", colour: theme.muted, dash: "5 4" }]
      : []),
    ...(digests.some(({ truth }) => truth !== undefined)
      ? [{ label: "truth", colour: theme.text, dash: "2 3" }]
      : []),
  ];
}

function subtitle(digests: readonly Digest[], more: number, width: number, note?: string): string {
  const totals = [...new Set(digests.map(({ total }) => total))];
  const bad = digests.reduce((sum, own) => sum + own.bad, 0);
  return fitted(
    [
      ...(note !== undefined ? [note] : []),
      ...(note === undefined && totals.length === 1
        ? [`${formatCount(totals[0] ?? 0)} draw${totals[0] === 1 ? "" : "s"}`]
        : []),
      ...(bad > 0 ? [`${formatCount(bad)} draw${bad === 1 ? " is" : "s are"} not finite`] : []),
      ...(more > 0 ? [`${formatCount(more)} more numbers not shown: name some with sites`] : []),
    ],
    width,
  );
}

function inWords({ name, sorted, median, low, high, prob, truth }: Digest): string {
  if (sorted.length === 0) return `${name}: no draws that are numbers.`;
  const range = `${formatNumber(100 * prob, 3)} % between ${formatNumber(low, 3)} and ${formatNumber(high, 3)}`;
  const true_ = truth === undefined ? "" : `, truth ${formatNumber(truth, 3)}`;
  return `${name}: median ${formatNumber(median, 3)}, ${range}${true_}.`;
}
