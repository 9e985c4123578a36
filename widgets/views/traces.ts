import { lineY, ruleX } from "@observablehq/plot";
import { boundsOf, bulk, densityWithin, type NumberDraws, padded, sortedDraws } from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, numberAxis, panel, write } from "./panel.ts";
import {
  dress,
  type LegendItem,
  legend,
  legendRow,
  legendRows,
  svgElement,
  type ViewOptions,
} from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/** The path of each chain through each number, beside the densities of its draws. */
export interface TracesData {
  title?: string;
  numbers: readonly NumberDraws[];
  /** By chain: 1 where the transition diverged. */
  diverging?: readonly ArrayLike<number>[];
  /** How many numbers, and how many chains, are not shown. */
  more?: number;
  moreChains?: number;
}

const rowHeight = 128;
/** Pieces of a path; a piece of several draws is drawn from its least to its greatest. */
const pieces = 160;
const mostTicks = 200;

export function traces(data: TracesData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { numbers, diverging = [], more = 0, moreChains = 0 } = data;
  const chains = Math.max(0, ...numbers.map((number) => number.chains.length));
  const length = Math.max(0, ...numbers.flatMap((number) => number.chains.map((chain) => chain.length)));
  const divergent = divergences(diverging);
  const items: LegendItem[] = [
    ...(chains > 1
      ? Array.from({ length: chains }, (_, i) => ({ label: `chain ${i + 1}`, colour: colourAt(theme, i) }))
      : []),
    ...(divergent.length > 0 ? [{ label: "divergent", colour: theme.danger }] : []),
  ];
  const top = 58 + legendRows(items, width - 32) * legendRow;
  const height = top + Math.max(1, numbers.length) * rowHeight + 20;
  const svg = svgElement(document, "svg", {});
  numbers.forEach((number, i) => {
    const place = { y: top + i * rowHeight, width };
    drawNumber(svg, document, theme, place, number, { length, divergent, last: i === numbers.length - 1 });
  });
  if (numbers.length === 0) svg.appendChild(nothing(document, theme, width, height));
  const total = diverging.reduce(
    (sum, chain) => sum + Array.from(chain).filter((one) => one === 1).length,
    0,
  );
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Traces and densities by chain",
    subtitle: fitted(
      [
        `${formatCount(chains)} chain${chains === 1 ? "" : "s"} of ${formatCount(length)} draw${length === 1 ? "" : "s"}`,
        ...(data.diverging === undefined ? [] : [`${formatCount(total)} divergent`]),
        ...(moreChains > 0 ? [`${moreChains} more chains not shown`] : []),
        ...(more > 0 ? [`${formatCount(more)} more numbers not shown`] : []),
      ],
      width,
    ),
    description: numbers.map(inWords).join(" ") || "Nothing to show.",
  });
  svg.appendChild(legend(document, items, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

interface Row {
  length: number;
  divergent: readonly number[];
  last: boolean;
}

function drawNumber(
  svg: Element,
  document: Document,
  theme: Theme,
  { y, width }: { y: number; width: number },
  { name, chains }: NumberDraws,
  { length, divergent, last }: Row,
) {
  const sorted = chains.map((chain) => sortedDraws([chain]));
  const all = sortedDraws(chains);
  const domain = padded(all.length > 0 ? bulk(all) : [0, 1]);
  const bounds = boundsOf(all);
  const range = pathRange(all, domain);
  const split = Math.round(width * 0.36);
  svg.appendChild(
    write(document, shorten(name, 40), { x: 16, y: y + 12, colour: theme.text, size: 13, weight: 600 }),
  );
  if (all.length === 0) {
    svg.appendChild(write(document, "no draws that are numbers", { x: 16, y: y + 60, colour: theme.danger }));
    return;
  }
  const densities = sorted.map((draws) => (draws.length > 0 ? densityWithin(draws, domain, bounds) : []));
  const inner = split - 32;
  // Divergences stand under the paths.
  const floor = divergent.length > 0 ? range[0] - 0.12 * (range[1] - range[0]) : range[0];
  svg.appendChild(
    panel(
      document,
      theme,
      { x: 0, y: y + 14, width: split, height: rowHeight - 14 },
      {
        marginTop: 4,
        marginLeft: 16,
        marginRight: 16,
        marginBottom: 26,
        x: numberAxis(domain, inner),
        y: { axis: null },
        marks: densities.map((points, i) =>
          lineY(points, { x: "x", y: "y", stroke: colourAt(theme, i), strokeWidth: 1.75, clip: true }),
        ),
      },
    ),
  );
  svg.appendChild(
    panel(
      document,
      theme,
      { x: split, y: y + 14, width: width - split, height: rowHeight - 14 + (last ? 18 : 0) },
      {
        marginTop: 4,
        marginLeft: 52,
        marginRight: 20,
        marginBottom: 26 + (last ? 18 : 0),
        x: {
          ...numberAxis([1, Math.max(2, length)], width - split - 72),
          label: last ? "draw" : null,
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 36,
          tickFormat: (draw: number) => (Number.isInteger(draw) ? formatCount(draw) : ""),
        },
        y: { ...numberAxis([floor, range[1]], 300), ticks: 3, tickSize: 0, grid: true },
        marks: [
          ...chains.map((chain, i) =>
            lineY(pathOf(chain), {
              x: "0",
              y: "1",
              stroke: colourAt(theme, i),
              strokeOpacity: 0.75,
              strokeWidth: 1,
              clip: true,
            }),
          ),
          ruleX(divergent, {
            stroke: theme.danger,
            strokeWidth: 1,
            y1: floor,
            y2: floor + 0.8 * (range[0] - floor),
          }),
        ],
      },
    ),
  );
}

/** All that the paths reach, where that is not far more than the bulk. */
function pathRange(sorted: Float64Array, domain: [number, number]): [number, number] {
  const whole = padded([sorted[0] ?? 0, sorted.at(-1) ?? 1]);
  return whole[1] - whole[0] < 4 * (domain[1] - domain[0]) && whole[1] > whole[0] ? whole : domain;
}

/** A chain as points, or as the least and the greatest of each piece, in the order in which they came. */
function pathOf(chain: ArrayLike<number>): [number, number][] {
  const each = Math.ceil(chain.length / (2 * pieces));
  if (each <= 1) return Array.from(chain, (value, i) => [i + 1, value]);
  const width = 2 * each;
  const path: [number, number][] = [];
  for (let start = 0; start < chain.length; start += width) {
    let [low, high] = [-1, -1];
    for (let i = start; i < Math.min(chain.length, start + width); i++) {
      const value = chain[i] as number;
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < (chain[low] as number)) low = i;
      if (high < 0 || value > (chain[high] as number)) high = i;
    }
    for (const i of low <= high ? [low, high] : [high, low]) path.push([i + 1, chain[i] ?? Number.NaN]);
  }
  return path;
}

/** At which draws some chain diverged, from 1. */
function divergences(diverging: readonly ArrayLike<number>[]): number[] {
  const all = new Set(diverging.flatMap((chain) => Array.from(chain, (one, i) => (one === 1 ? i + 1 : 0))));
  all.delete(0);
  const found = [...all];
  const step = Math.ceil(found.length / mostTicks);
  return found.filter((_, i) => i % step === 0);
}

function inWords({ name, chains }: NumberDraws): string {
  const medians = chains.map((chain) => {
    const sorted = sortedDraws([chain]);
    return formatNumber(sorted[sorted.length >> 1] ?? Number.NaN, 3);
  });
  return `${name}: medians of the chains ${medians.join(", ")}.`;
}
