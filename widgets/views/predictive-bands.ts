import { areaY, dot, lineY, type Markish, rectY, ruleX, ruleY } from "@observablehq/plot";
import {
  type Bounds,
  boundsOf,
  bulk,
  centralInterval,
  densityWithin,
  isDiscrete,
  padded,
  quantile,
  shares,
  sortedDraws,
} from "./draws.ts";
import type { PredictiveData } from "./predictive.ts";
import type { LegendItem } from "./svg.ts";
import type { Theme } from "./theme.ts";

/** Shares of the draws in the two bands. */
const shareOf = { inner: 0.5, outer: 0.9 };
/** More predicted data sets than this add nothing to a band. */
const mostSets = 400;
const ordered = (values: Iterable<number>) => Float64Array.from(values).filter(Number.isFinite).sort();

/** Where predictions lie at one place. */
export interface Band {
  x: number;
  median: number;
  inner: [number, number];
  outer: [number, number];
}

/** What is drawn of predictions and data, and over which ranges. */
export interface Picture {
  marks: Markish[];
  x: [number, number];
  y: [number, number];
  items: LegendItem[];
  bands: Band[];
  discrete: boolean;
}

function bandOf(x: number, values: Float64Array): Band {
  const [inner, outer] = [centralInterval(values, shareOf.inner), centralInterval(values, shareOf.outer)];
  return { x, median: quantile(values, 0.5), inner, outer };
}

/** Bands of the predictions at each x, the data as points on them. */
export function along({ draws, observed, x = [] }: PredictiveData, theme: Theme): Picture {
  const order = Array.from(x, (_, i) => i)
    .filter((i) => Number.isFinite(x[i]))
    .sort((a, b) => (x[a] as number) - (x[b] as number));
  const at = new Map<number, number[]>();
  for (const i of order) at.set(x[i] as number, [...(at.get(x[i] as number) ?? []), i]);
  // Observations at one place share their band.
  const bands = [...at]
    .map(([place, indices]) =>
      bandOf(place, ordered(draws.flatMap((draw) => indices.map((i) => draw[i] ?? Number.NaN)))),
    )
    .filter(({ median }) => Number.isFinite(median));
  const points = order
    .map((i) => ({ x: x[i] as number, y: observed[i] ?? Number.NaN }))
    .filter(({ y }) => Number.isFinite(y));
  const outside = points.filter((point) => !within(point, bands));
  const values = Float64Array.from([
    ...points.map(({ y }) => y),
    ...bands.flatMap(({ outer }) => outer),
  ]).sort();
  const places = [...at.keys()];
  const marks: Markish[] = [
    ...bandMarks(bands, theme),
    dot(points, {
      x: "x",
      y: "y",
      r: points.length > 200 ? 2 : 3,
      fill: theme.text,
      fillOpacity: 0.8,
      clip: true,
    }),
    dot(outside, {
      x: "x",
      y: "y",
      r: 5,
      stroke: theme.palette[1] ?? theme.danger,
      strokeWidth: 1.75,
      clip: true,
    }),
  ];
  const colour = theme.palette[1] ?? theme.danger;
  return {
    marks,
    x: places.length === 0 ? [0, 1] : aside(places[0] ?? 0, places.at(-1) ?? 1),
    y: values.length === 0 ? [0, 1] : padded(bulk(values), 0.04),
    items: [
      ...bandItems(theme),
      { label: "observed", colour: theme.text, symbol: "dot" },
      ...(outside.length > 0 ? [{ label: "outside of 90 %", colour, symbol: "ring" } as const] : []),
    ],
    bands,
    discrete: false,
  };
}

/** With room for the points at both ends. */
function aside(low: number, high: number): [number, number] {
  const room = high > low ? 0.02 * (high - low) : 1;
  return [low - room, high + room];
}

export function within({ x, y }: { x: number; y: number }, bands: readonly Band[]): boolean {
  let [low, high] = [0, bands.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bands[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const band = bands[low];
  return band === undefined || band.x !== x || (y >= band.outer[0] && y <= band.outer[1]);
}

/** The distribution of the data, in bands of the distributions of predicted data sets. */
export function distributions({ draws, observed }: PredictiveData, theme: Theme): Picture {
  const step = Math.max(1, Math.ceil(draws.length / mostSets));
  const sets = draws
    .filter((_, i) => i % step === 0)
    .map((draw) => sortedDraws([draw]))
    .filter(({ length }) => length > 0);
  const own = sortedDraws([observed]);
  const pooled = sortedDraws([...sets, own]);
  const discrete = isDiscrete(own) && isDiscrete(pooled, 60);
  const seen: LegendItem = { label: "observed", colour: theme.text, ...(discrete && { symbol: "dot" }) };
  const items = [...bandItems(theme), seen];
  if (discrete) return { ...counted(sets, own, pooled, theme), items };
  const domain = padded(pooled.length > 0 ? union(bulk(pooled), own) : [0, 1], 0.03);
  const bounds = boundsOf(pooled);
  const curves = sets.map((set) => curveOn(set, domain, bounds));
  const first = curves[0] ?? [];
  const bands = first.map(({ x }, i) => bandOf(x, ordered(curves.map((curve) => curve[i]?.y ?? Number.NaN))));
  const line = own.length > 0 ? curveOn(own, domain, bounds) : [];
  const top = Math.max(0, ...bands.map(({ outer }) => outer[1]), ...line.map(({ y }) => y));
  const marks: Markish[] = [
    ...bandMarks(bands, theme),
    lineY(line, { x: "x", y: "y", stroke: theme.text, strokeWidth: 2.25, clip: true }),
    ruleY([0], { stroke: theme.muted }),
  ];
  return { marks, x: domain, y: [0, 1.05 * (top || 1)], items, bands, discrete };
}

function union([low, high]: [number, number], values: ArrayLike<number>): [number, number] {
  if (values.length === 0) return [low, high];
  const [from, to] = bulk(values);
  return [Math.min(low, from), Math.max(high, to)];
}

/** A density at 120 places of the domain, the same for every set; 0 where an estimate ends before. */
function curveOn(sorted: Float64Array, domain: [number, number], bounds: Bounds): { x: number; y: number }[] {
  const points = densityWithin(sorted, domain, bounds);
  let next = 0;
  return Array.from({ length: 121 }, (_, i) => {
    const x = domain[0] + (i / 120) * (domain[1] - domain[0]);
    while (next < points.length - 1 && (points[next]?.x ?? 0) < x) next++;
    const [before, after] = [points[Math.max(0, next - 1)], points[next]];
    if (before === undefined || after === undefined || x < (points[0]?.x ?? 0)) return { x, y: 0 };
    const part = after.x > before.x ? Math.min(1, (x - before.x) / (after.x - before.x)) : 0;
    return { x, y: before.y + part * (after.y - before.y) };
  });
}

function counted(
  sets: readonly Float64Array[],
  own: Float64Array,
  pooled: Float64Array,
  theme: Theme,
): Omit<Picture, "items"> {
  const [low, high] = [pooled[0] ?? 0, pooled.at(-1) ?? 1];
  const values = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const predicted = sets.map((set) => new Map(shares(set).map(({ value, share }) => [value, share])));
  const bands = values.map((value) => bandOf(value, ordered(predicted.map((one) => one.get(value) ?? 0))));
  const seen = shares(own);
  const top = Math.max(0, ...bands.map(({ outer }) => outer[1]), ...seen.map(({ share }) => share));
  const rect = {
    x1: (band: Band) => band.x - 0.3,
    x2: (band: Band) => band.x + 0.3,
    fill: theme.accent,
    clip: true,
  } as const;
  const marks: Markish[] = [
    rectY(bands, { ...rect, y1: (b: Band) => b.outer[0], y2: (b: Band) => b.outer[1], fillOpacity: 0.22 }),
    rectY(bands, { ...rect, y1: (b: Band) => b.inner[0], y2: (b: Band) => b.inner[1], fillOpacity: 0.4 }),
    ruleY(bands, { x1: rect.x1, x2: rect.x2, y: "median", stroke: theme.accent, strokeWidth: 2 }),
    dot(seen, { x: "value", y: "share", r: 3.5, fill: theme.text }),
    ruleY([0], { stroke: theme.muted }),
  ];
  return { marks, x: [low - 0.6, high + 0.6], y: [0, 1.05 * (top || 1)], bands, discrete: true };
}

function bandMarks(bands: readonly Band[], theme: Theme): Markish[] {
  const area = (share: "inner" | "outer", fillOpacity: number) =>
    areaY(bands, {
      x: "x",
      y1: (band: Band) => band[share][0],
      y2: (band: Band) => band[share][1],
      fill: theme.accent,
      fillOpacity,
      clip: true,
    });
  // A single place has no area: its bands are lines.
  if (bands.length === 1)
    return [
      ruleX(bands, {
        x: "x",
        y1: (b: Band) => b.outer[0],
        y2: (b: Band) => b.outer[1],
        stroke: theme.accent,
        strokeWidth: 8,
        strokeOpacity: 0.3,
      }),
      ruleX(bands, {
        x: "x",
        y1: (b: Band) => b.inner[0],
        y2: (b: Band) => b.inner[1],
        stroke: theme.accent,
        strokeWidth: 8,
        strokeOpacity: 0.6,
      }),
    ];
  return [
    area("outer", 0.18),
    area("inner", 0.3),
    lineY(bands, { x: "x", y: "median", stroke: theme.accent, strokeWidth: 2, clip: true }),
  ];
}

const bandItems = (theme: Theme): LegendItem[] => [
  { label: "predicted: median, bands of 50 % and 90 %", colour: theme.accent, symbol: "band" },
];
