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
import { formatCount, formatNumber } from "./format.ts";
import { grid, nothing, numberAxis, type Place, panel, write } from "./panel.ts";
import {
  dress,
  type LegendItem,
  legend,
  legendRow,
  legendRows,
  svgElement,
  type ViewOptions,
} from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/** What a model predicts beside what was observed. */
export interface PredictiveData {
  title?: string;
  /** A row of predictions for each draw. */
  draws: readonly ArrayLike<number>[];
  observed: ArrayLike<number>;
  /** Where each observation stands; without it distributions are compared. */
  x?: ArrayLike<number>;
  /** Names of the axes, with units. */
  xLabel?: string;
  label?: string;
  /** Numbers that sum up a data set: of each draw, and of the observed one. */
  statistics?: readonly { name: string; draws: ArrayLike<number>; observed: number }[];
}

/** Shares of the draws in the two bands. */
const shareOf = { inner: 0.5, outer: 0.9 };
const plotHeight = 300;
const statisticHeight = 150;
/** More predicted data sets than this add nothing to a band. */
const mostSets = 400;
const ordered = (values: Iterable<number>) => Float64Array.from(values).filter(Number.isFinite).sort();

interface Band {
  x: number;
  median: number;
  inner: [number, number];
  outer: [number, number];
}

export function predictive(
  data: PredictiveData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { statistics = [] } = data;
  const picture = data.x === undefined ? distributions(data, theme) : along(data, theme);
  const empty = data.draws.length === 0 && data.observed.length === 0;
  const { bands, discrete } = picture;
  const items = empty ? [] : picture.items;
  const head = 58 + legendRows(items, width - 32) * legendRow;
  const places = grid(statistics.length, {
    x: 4,
    y: head + plotHeight + 8,
    width: width - 8,
    least: 190,
    most: 3,
    height: statisticHeight,
  });
  const height = head + plotHeight + (statistics.length > 0 ? places.height + 12 : 0);
  const svg = svgElement(document, "svg", {});
  const left =
    24 + Math.max(...[picture.y[0], picture.y[1]].map((value) => textWidth(formatNumber(value, 3), 12)), 28);
  svg.appendChild(
    panel(
      document,
      theme,
      { x: 0, y: head, width, height: plotHeight },
      {
        marginTop: 24,
        marginLeft: left,
        marginRight: 20,
        marginBottom: 46,
        x: {
          ...numberAxis(picture.x, width - left - 20),
          label: data.x === undefined ? (data.label ?? "value") : (data.xLabel ?? "x"),
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 38,
        },
        y: {
          domain: picture.y,
          label: null,
          grid: true,
          ticks: bands.length === 0 && data.observed.length === 0 ? [] : 5,
          tickFormat: (value: number) => formatNumber(value),
          tickSize: 0,
        },
        marks: picture.marks,
      },
    ),
  );
  const unit = data.x !== undefined ? (data.label ?? "value") : discrete ? "share" : "density";
  svg.appendChild(write(document, shorten(unit, 60), { x: 16, y: head + 10, colour: theme.muted }));
  statistics.forEach((statistic, i) => {
    const place = places.places[i];
    if (place !== undefined) drawStatistic(svg, document, theme, place, statistic);
  });
  if (empty) svg.appendChild(nothing(document, theme, width, height));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Predictions and data",
    subtitle: subtitle(data, bands),
    description: inWords(data, bands),
  });
  svg.appendChild(legend(document, items, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

interface Picture {
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
function along({ draws, observed, x = [] }: PredictiveData, theme: Theme): Picture {
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

function within({ x, y }: { x: number; y: number }, bands: readonly Band[]): boolean {
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
function distributions({ draws, observed }: PredictiveData, theme: Theme): Picture {
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

function drawStatistic(
  svg: Element,
  document: Document,
  theme: Theme,
  place: Place,
  { name, draws, observed }: NonNullable<PredictiveData["statistics"]>[number],
) {
  const sorted = sortedDraws([draws]);
  const known = sorted.length > 0;
  const seen = Number.isFinite(observed) ? observed : undefined;
  const range = known ? bulk(sorted) : ([0, 1] as [number, number]);
  const domain = padded([Math.min(range[0], seen ?? range[0]), Math.max(range[1], seen ?? range[1])]);
  const bins = 24;
  const width = (domain[1] - domain[0]) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) {
    const bin = Math.floor((value - domain[0]) / width);
    if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const { x, y } = place;
  const limit = Math.floor(place.width / 9);
  svg.appendChild(
    write(document, shorten(name, limit), {
      x: x + 12,
      y: y + 14,
      colour: theme.text,
      size: 13,
      weight: 600,
    }),
  );
  const facts =
    seen === undefined || !known
      ? "nothing to compare"
      : `observed ${formatNumber(seen, 3)}, p(≥) = ${tail(sorted, seen).toFixed(2)}`;
  svg.appendChild(write(document, facts, { x: x + 12, y: y + 30, colour: theme.muted, size: 11 }));
  svg.appendChild(
    panel(document, theme, place, {
      marginTop: 40,
      marginLeft: 12,
      marginRight: 12,
      marginBottom: 28,
      x: numberAxis(domain, place.width - 24),
      y: { axis: null, domain: [0, Math.max(1, ...counts)] },
      marks: [
        rectY(counts, {
          x1: (_: number, i: number) => domain[0] + i * width,
          x2: (_: number, i: number) => domain[0] + (i + 1) * width,
          y: (count: number) => count,
          fill: theme.accent,
          fillOpacity: 0.45,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        ruleY([0], { stroke: theme.border }),
        ruleX(seen === undefined ? [] : [seen], { stroke: theme.text, strokeWidth: 2.25 }),
      ],
    }),
  );
}

/** The share of predicted numbers that are at least as great as the observed one. */
function tail(sorted: Float64Array, observed: number): number {
  return sorted.reduce((count, value) => count + (value >= observed ? 1 : 0), 0) / sorted.length;
}

/** The share of the data inside the wide band. */
function covered(
  { x, observed }: PredictiveData,
  bands: readonly Band[],
): [inside: number, all: number] | undefined {
  if (x === undefined || bands.length === 0) return undefined;
  const points = Array.from(x, (at, i) => ({ x: at, y: observed[i] ?? Number.NaN })).filter(
    (point) => Number.isFinite(point.x) && Number.isFinite(point.y),
  );
  return points.length === 0
    ? undefined
    : [points.filter((point) => within(point, bands)).length, points.length];
}

function subtitle(data: PredictiveData, bands: readonly Band[]): string {
  const { draws, observed } = data;
  const inside = covered(data, bands);
  const bad = Array.from(observed).filter((value) => !Number.isFinite(value)).length;
  return [
    `${formatCount(draws.length)} draw${draws.length === 1 ? "" : "s"}, ${formatCount(observed.length)} observation${observed.length === 1 ? "" : "s"}`,
    ...(bad > 0 ? [`${formatCount(bad)} not finite`] : []),
    ...(inside === undefined
      ? []
      : [
          `${inside[0]} of ${inside[1]} (${formatNumber((100 * inside[0]) / inside[1], 3)} %) inside the band of 90 %`,
        ]),
  ].join(" · ");
}

function inWords(data: PredictiveData, bands: readonly Band[]): string {
  const inside = covered(data, bands);
  const statistics = (data.statistics ?? []).map(({ name, draws, observed }) => {
    const sorted = sortedDraws([draws]);
    if (sorted.length === 0 || !Number.isFinite(observed)) return `${name}: nothing to compare.`;
    return `${name}: observed ${formatNumber(observed, 3)}, predicted median ${formatNumber(quantile(sorted, 0.5), 3)}, p = ${tail(sorted, observed).toFixed(2)}.`;
  });
  const first =
    inside !== undefined
      ? `${inside[0]} of ${inside[1]} observations lie inside the predicted band of 90 %.`
      : bands.length > 0 && data.observed.length > 0
        ? `The distribution of ${formatCount(data.observed.length)} observations over those of ${formatCount(data.draws.length)} predicted data sets.`
        : "Nothing to compare.";
  return [first, ...statistics].join(" ");
}
