import { areaY, dot, lineY, rectY, ruleX, ruleY } from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { framed } from "./frame.ts";
import type { LegendItem, ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, themeOf } from "./theme.ts";

/** Densities of one quantity on top of each other: prior, posterior, the exact answer, a histogram of draws. */
export interface DensityData {
  title?: string;
  /** Name of the quantity with its unit. */
  label?: string;
  curves: readonly DensityLine[];
  histogram?: { name?: string; edges: ArrayLike<number>; heights: ArrayLike<number> };
  /** Vertical reference lines. */
  lines?: readonly { name: string; x: number }[];
  domain?: readonly [number, number];
}

export interface DensityLine {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  dashed?: boolean;
}

interface Point {
  x: number;
  y: number;
}

const plotHeight = 300;
const mostPoints = 1200;
const unit = "density";
const dashes = "6 4";

export function density(
  data: DensityData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const curves = data.curves.map((curve, i) => ({
    name: shorten(curve.name, 40),
    colour: colourAt(theme, i),
    dash: curve.dashed ? dashes : undefined,
    points: finitePoints(curve),
  }));
  const lines = (data.lines ?? []).filter(({ x }) => Number.isFinite(x));
  const bars = barsOf(data.histogram);
  const all: LegendItem[] = [
    ...(bars.length > 0
      ? [{ label: shorten(data.histogram?.name ?? "draws", 40), colour: theme.border }]
      : []),
    ...curves.map(({ name, colour, dash }) => ({ label: name, colour, dash })),
    ...lines.map(({ name, x }) => ({
      label: `${shorten(name, 30)} ${formatNumber(x)}`,
      colour: theme.text,
      dash: "2 3",
    })),
  ];
  // The axis says that much.
  const items = all.length === 1 && all[0]?.label === unit ? [] : all;
  const empty = bars.length === 0 && curves.every(({ points }) => points.length === 0);
  const label = data.label ?? "value";
  const frame = {
    ...{ theme, width, height: plotHeight, items, unit, description: inWords(data) },
    title: data.title ?? `Density of ${label}`,
    ...(empty && { nothing: "nothing to show" }),
  };
  return framed(document, frame, {
    x: {
      domain: data.domain ?? extent(curves, bars, lines),
      label,
      tickFormat: (x: number) => formatNumber(x),
    },
    y: { domain: [0, 1.04 * peak(curves, bars)], ticks: empty ? [] : 5 },
    marks: [
      rectY(bars, {
        x1: "x1",
        x2: "x2",
        y: "y",
        fill: theme.border,
        fillOpacity: 0.6,
        insetLeft: 0.5,
        insetRight: 0.5,
        clip: true,
      }),
      ...curves
        .filter(({ dash }) => dash === undefined)
        .map(({ points, colour }) =>
          areaY(points, { x: "x", y: "y", fill: colour, fillOpacity: 0.08, clip: true }),
        ),
      ...curves.map(({ points, colour, dash }) =>
        lineY(points, {
          x: "x",
          y: "y",
          stroke: colour,
          strokeWidth: 2.25,
          clip: true,
          ...(dash && { strokeDasharray: dash }),
        }),
      ),
      // A line of one point is nothing to be seen.
      ...curves
        .filter(({ points }) => points.length === 1)
        .map(({ points, colour }) => dot(points, { x: "x", y: "y", fill: colour, r: 3.5 })),
      ruleX(lines, { x: "x", stroke: theme.text, strokeDasharray: "2 3", strokeWidth: 1.5 }),
      ruleY([0], { stroke: theme.muted }),
    ],
  });
}

function finitePoints({ x, y }: DensityLine): Point[] {
  const points = Array.from(x, (at, i) => ({ x: at, y: y[i] ?? Number.NaN }));
  return thinned(points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)));
}

/** Of more points than pixels the least and the greatest of each few. */
function thinned(points: Point[]): Point[] {
  if (points.length <= mostPoints) return points;
  const each = Math.ceil((2 * points.length) / mostPoints);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += each) {
    const group = points.slice(from, from + each);
    const low = group.reduce((best, point) => (point.y < best.y ? point : best));
    const high = group.reduce((best, point) => (point.y > best.y ? point : best));
    kept.push(...(low === high ? [low] : low.x <= high.x ? [low, high] : [high, low]));
  }
  return kept;
}

function barsOf(histogram: DensityData["histogram"]) {
  if (histogram === undefined) return [];
  const { edges, heights } = histogram;
  const bars = Array.from(heights, (y, i) => ({
    x1: edges[i] ?? Number.NaN,
    x2: edges[i + 1] ?? Number.NaN,
    y,
  }));
  return bars.filter(({ x1, x2, y }) => Number.isFinite(x1 + x2 + y));
}

type Bars = ReturnType<typeof barsOf>;
type Drawn = readonly { points: readonly Point[] }[];

function extent(curves: Drawn, bars: Bars, lines: readonly { x: number }[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (x: number) => {
    low = Math.min(low, x);
    high = Math.max(high, x);
  };
  for (const { points } of curves) for (const { x } of points) add(x);
  for (const { x1, x2 } of bars) {
    add(x1);
    add(x2);
  }
  for (const { x } of lines) add(x);
  if (low > high) return [0, 1];
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** The highest point, where a density that grows without bound does not press all others flat. */
function peak(curves: Drawn, bars: Bars): number {
  const tops = curves.map(({ points }) => {
    const ys = points.map(({ y }) => y).sort((a, b) => a - b);
    const top = ys.at(-1) ?? 0;
    const usual = ys[Math.floor(0.97 * (ys.length - 1))] ?? 0;
    return ys.length > 50 && top > 4 * usual && usual > 0 ? 2 * usual : top;
  });
  const top = Math.max(0, ...tops, ...bars.map(({ y }) => y));
  return top > 0 ? top : 1;
}

function inWords(data: DensityData): string {
  const curves = data.curves.map((curve) => {
    const points = finitePoints(curve);
    if (points.length === 0) return `${curve.name}: no values.`;
    const top = points.reduce((best, point) => (point.y > best.y ? point : best));
    return `${curve.name}: highest at ${formatNumber(top.x)}.`;
  });
  const lines = (data.lines ?? []).map(({ name, x }) => `${name} at ${formatNumber(x)}.`);
  return [...curves, ...lines].join(" ") || "Nothing to show.";
}
