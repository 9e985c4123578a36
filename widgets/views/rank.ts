import { type Markish, rectY, ruleY } from "@observablehq/plot";
import { chanceBand } from "./chance.ts";
import { type NumberDraws, sortedDraws } from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, panel, write } from "./panel.ts";
import { dress, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/**
 * Ranks of each chain's draws among those of all chains, as histograms: flat where the chains agree. Source: Vehtari,
 * Gelman, Simpson, Carpenter, Bürkner, "Rank-normalization, folding, and localization" (2021), section 4.4.
 */
export interface RankData {
  title?: string;
  numbers: readonly NumberDraws[];
  /** How many numbers, and how many chains, are not shown. */
  more?: number;
  moreChains?: number;
}

const rowHeight = 122;
const left = 12;

export function rank(data: RankData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { numbers, more = 0, moreChains = 0 } = data;
  const top = 62;
  const height = top + Math.max(1, numbers.length) * rowHeight + 30;
  const svg = svgElement(document, "svg", {});
  const rows = numbers.map((number) => ranked(number));
  rows.forEach((row, i) => {
    const y = top + i * rowHeight;
    const limit = Math.floor(width / 9);
    svg.appendChild(
      write(document, shorten(row.name, limit), {
        x: left + 4,
        y: y + 12,
        colour: theme.text,
        size: 13,
        weight: 600,
      }),
    );
    const own = (width - 2 * left) / Math.max(1, row.chains.length);
    row.chains.forEach((counts, chain) => {
      const place = { x: left + chain * own, y: y + 16, width: own, height: rowHeight - 30 };
      svg.appendChild(histogram(document, theme, place, counts, row, chain));
    });
    if (row.chains.length === 0)
      svg.appendChild(
        write(document, "no draws that are numbers", { x: left + 4, y: y + 40, colour: theme.danger }),
      );
  });
  if (numbers.length === 0) svg.appendChild(nothing(document, theme, width, height));
  else {
    const at = { x: width / 2, y: height - 12, colour: theme.muted, anchor: "middle" } as const;
    svg.appendChild(write(document, "rank among the draws of all chains, low to high", at));
  }
  const total = rows[0]?.total ?? 0;
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Ranks of the draws by chain",
    subtitle: fitted(
      [
        `${formatCount(total)} draw${total === 1 ? "" : "s"}`,
        ...(moreChains > 0 ? [`${moreChains} more chains not shown`] : []),
        ...(more > 0 ? [`${formatCount(more)} more numbers not shown`] : []),
        "flat where chains agree; band: 95 % of what chance gives",
      ],
      width,
    ),
    description: rows.map(inWords).join(" ") || "Nothing to show.",
  });
  return svg;
}

interface Row {
  name: string;
  /** Draws in each bin, by chain. */
  chains: number[][];
  total: number;
  expected: number;
  band: [number, number];
}

function ranked({ name, chains }: NumberDraws): Row {
  const all = sortedDraws(chains);
  const total = all.length;
  const each = total / Math.max(1, chains.length);
  const bins = Math.max(1, Math.min(20, Math.floor(each / 5)));
  const edges = Array.from({ length: bins + 1 }, (_, i) => Math.round((i * total) / bins));
  const counts = chains.map((chain) => {
    const own = sortedDraws([chain]);
    const below = edges.map((edge) => ofFirst(own, all, edge));
    return below.slice(1).map((count, i) => count - (below[i] ?? 0));
  });
  const band = chanceBand(Math.round(each), 1 / bins);
  return { name, chains: total === 0 ? [] : counts, total, expected: each / bins, band };
}

/** How many of a chain's sorted draws are among the first `rank` of all; equal draws share their ranks. */
function ofFirst(own: Float64Array, all: Float64Array, rank: number): number {
  const value = all[rank];
  if (value === undefined) return own.length;
  const [before, through] = [countBelow(all, value), countBelow(all, value, true)];
  const least = countBelow(own, value);
  return least + ((countBelow(own, value, true) - least) * (rank - before)) / (through - before);
}

/** How many of the sorted values are less than `value`, or not greater. */
function countBelow(sorted: Float64Array, value: number, orEqual = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function histogram(
  document: Document,
  theme: Theme,
  place: { x: number; y: number; width: number; height: number },
  counts: readonly number[],
  { expected, band, chains }: Row,
  chain: number,
) {
  const most = Math.max(1.6 * expected, 1.1 * band[1], ...chains.flat());
  const colour = colourAt(theme, chain);
  const marks: Markish[] = [
    rectY(counts, {
      x1: (_: number, i: number) => i,
      x2: (_: number, i: number) => i + 1,
      y: (count: number) => count,
      fill: colour,
      fillOpacity: 0.55,
      insetLeft: 0.5,
      insetRight: 0.5,
    }),
    rectY([band], {
      x1: 0,
      x2: counts.length,
      y1: (b: number[]) => b[0],
      y2: (b: number[]) => b[1],
      fill: theme.muted,
      fillOpacity: 0.22,
    }),
    ruleY([expected], { stroke: theme.text, strokeDasharray: "4 3", strokeOpacity: 0.8 }),
    ruleY([0], { stroke: theme.border }),
  ];
  const drawing = panel(document, theme, place, {
    marginTop: 4,
    marginLeft: 4,
    marginRight: 4,
    marginBottom: 18,
    x: { axis: null, domain: [0, counts.length] },
    y: { axis: null, domain: [0, most] },
    marks,
  });
  const label = place.width < 70 ? String(chain + 1) : `chain ${chain + 1}`;
  const at = {
    x: place.x + place.width / 2,
    y: place.y + place.height - 4,
    size: 11,
    anchor: "middle",
  } as const;
  return svgElement(document, "g", {}, drawing, write(document, label, { ...at, colour: theme.muted }));
}

function inWords({ name, chains, expected, band }: Row): string {
  if (chains.length === 0) return `${name}: no draws that are numbers.`;
  const bars = chains.flat();
  const outside = bars.filter((count) => count < band[0] || count > band[1]).length;
  const all = `${name}: ${chains.length} chain${chains.length === 1 ? "" : "s"}, ${formatNumber(expected, 3)} draws expected in a bar`;
  return `${all}, ${outside} of ${bars.length} bars outside of what chance allows.`;
}
