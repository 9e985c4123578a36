import { areaY, lineY } from "@observablehq/plot";
import { bulk, densityWithin, type NumberDraws, padded, sortedDraws } from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, numberAxis, panel, write } from "./panel.ts";
import { dress, legend, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/** Draws of numbers against each other: a triangle of scatters, densities on the diagonal, correlations above. */
export interface PairsData {
  title?: string;
  numbers: readonly NumberDraws[];
  /** By chain, as the draws: 1 where the transition diverged. */
  diverging?: readonly ArrayLike<number>[];
  /** How many numbers are not shown. */
  more?: number;
}

/** Points of a whole picture: what a file of modest size can hold. */
const allPoints = 9000;
const mostPoints = 2000;
const mostCrosses = 300;
const edge = { left: 64, bottom: 58, top: 58, right: 16 };

export function pairs(data: PairsData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { numbers, more = 0 } = data;
  const n = numbers.length;
  const side = n === 0 ? 0 : Math.min(260, (width - edge.left - edge.right) / n);
  const height = edge.top + Math.max(120, n * side) + edge.bottom;
  const columns = numbers.map((number) => columnOf(number));
  const diverging = data.diverging === undefined ? undefined : joined(data.diverging);
  const found = diverging?.reduce((sum, one) => sum + one, 0) ?? 0;
  const panels = Math.max(1, (n * (n - 1)) / 2);
  const total = columns[0]?.values.length ?? 0;
  const shown = evenly(
    total,
    Math.min(mostPoints, Math.floor(allPoints / panels)),
    (i) => diverging?.[i] !== 1,
  );
  const crosses = evenly(total, mostCrosses, (i) => diverging?.[i] === 1);
  const svg = svgElement(document, "svg", {});
  for (const [i, rows] of columns.entries()) {
    for (const [j, across] of columns.entries()) {
      const x = edge.left + j * side;
      const y = edge.top + i * side;
      if (j > i) {
        svg.appendChild(correlation(document, theme, rows, across, { x, y, side }));
        continue;
      }
      const frame = { x: x + 3, y: y + 3, width: side - 6, height: side - 6 };
      svg.appendChild(svgElement(document, "rect", { ...frame, fill: theme.plate, rx: 3 }));
      if (i === j) svg.appendChild(diagonal(document, theme, across, { x, y, side }));
      else svg.appendChild(scatter(document, theme, across, rows, { x, y, side, shown, crosses }));
    }
  }
  drawAxes(svg, document, theme, columns, side);
  if (n === 0) svg.appendChild(nothing(document, theme, width, height));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Draws against each other",
    subtitle: fitted(
      [
        `${formatCount(total)} draw${total === 1 ? "" : "s"}`,
        ...(shown.length + found < total ? [`${formatCount(shown.length)} of them as points`] : []),
        ...(diverging === undefined ? [] : [`${formatCount(found)} divergent`]),
        ...(more > 0 ? [`${formatCount(more)} more numbers not shown`] : []),
        ...(n > 1 ? ["above: correlations"] : []),
      ],
      crosses.length > 0 ? width - 200 : width,
    ),
    description: inWords(columns, diverging === undefined ? undefined : found),
  });
  if (crosses.length > 0) {
    const items = [{ label: "divergent transition", colour: colourAt(theme, 1), symbol: "cross" } as const];
    svg.appendChild(legend(document, items, { x: width - 190, y: 40, width: 200, theme }).element);
  }
  return svg;
}

interface Column {
  name: string;
  values: Float64Array;
  sorted: Float64Array;
  domain: [number, number];
}

function columnOf({ name, chains }: NumberDraws): Column {
  const sorted = sortedDraws(chains);
  return { name, values: joined(chains), sorted, domain: padded(sorted.length > 0 ? bulk(sorted) : [0, 1]) };
}

function joined(chains: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(chains.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const chain of chains) {
    all.set(chain, place);
    place += chain.length;
  }
  return all;
}

/** At most `most` of the indices that are wanted, evenly. */
function evenly(total: number, most: number, wanted: (i: number) => boolean): number[] {
  const all: number[] = [];
  for (let i = 0; i < total; i++) if (wanted(i)) all.push(i);
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)] as number);
}

interface Square {
  x: number;
  y: number;
  side: number;
}

const inset = 8;
const layersOfDots = 8;

/** Points as one path of dots: a tenth of what a circle for each would take. */
function scatter(
  document: Document,
  theme: Theme,
  across: Column,
  up: Column,
  { x, y, side, shown, crosses }: Square & { shown: readonly number[]; crosses: readonly number[] },
) {
  const place = (i: number): [number, number] | undefined => {
    const [a, b] = [across.values[i] ?? Number.NaN, up.values[i] ?? Number.NaN];
    if (!(a >= across.domain[0] && a <= across.domain[1] && b >= up.domain[0] && b <= up.domain[1]))
      return undefined;
    return [
      x + inset + share(a, across.domain) * (side - 2 * inset),
      y + side - inset - share(b, up.domain) * (side - 2 * inset),
    ];
  };
  const path = (indices: readonly number[], mark: (px: string, py: string) => string) =>
    indices
      .map((i) => place(i)?.map((pixel) => pixel.toFixed(1)) ?? [])
      .map(([px, py]) => (px && py ? mark(px, py) : ""))
      .join("");
  const few = shown.length < 60;
  const points = {
    stroke: theme.accent,
    "stroke-opacity": few ? 0.8 : 0.32,
    "stroke-width": few ? 5 : 3.2,
    "stroke-linecap": "round",
    fill: "none",
  };
  // A path does not cover itself: several of them let crowds look darker.
  const layers = Array.from({ length: Math.min(layersOfDots, shown.length) }, (_, k) =>
    shown.filter((_, i) => i % layersOfDots === k),
  );
  const dots = layers.map((own) =>
    svgElement(document, "path", { d: path(own, (px, py) => `M${px},${py}h0`) }),
  );
  const marks = {
    d: path(crosses, (px, py) => `M${px},${py}m-3,-3l6,6m0,-6l-6,6`),
    stroke: colourAt(theme, 1),
    "stroke-width": 1.6,
    fill: "none",
  };
  const group = svgElement(document, "g", points, ...dots);
  return svgElement(
    document,
    "g",
    {},
    group,
    ...(crosses.length > 0 ? [svgElement(document, "path", marks)] : []),
  );
}

const share = (value: number, [low, high]: readonly [number, number]) => (value - low) / (high - low);

function diagonal(
  document: Document,
  theme: Theme,
  { name, sorted, domain }: Column,
  { x, y, side }: Square,
) {
  const points = sorted.length > 0 ? densityWithin(sorted, domain) : [];
  const peak = points.reduce((most, point) => Math.max(most, point.y), 0) || 1;
  const drawing = panel(
    document,
    theme,
    { x, y, width: side, height: side },
    {
      margin: inset,
      marginTop: 26,
      x: { axis: null, domain },
      y: { axis: null, domain: [0, peak] },
      marks: [
        areaY(points, { x: "x", y: "y", fill: theme.accent, fillOpacity: 0.2, clip: true }),
        lineY(points, { x: "x", y: "y", stroke: theme.accent, strokeWidth: 2, clip: true }),
      ],
    },
  );
  const label = shorten(name, Math.max(4, Math.floor(side / 8.5)));
  const at = { x: x + side / 2, y: y + 19, colour: theme.text, weight: 600, anchor: "middle" } as const;
  return svgElement(document, "g", {}, drawing, write(document, label, at));
}

function correlation(document: Document, theme: Theme, a: Column, b: Column, { x, y, side }: Square) {
  const r = correlationOf(a.values, b.values);
  const text = Number.isFinite(r) ? formatNumber(Number(r.toFixed(2))) : "–";
  const at = { x: x + side / 2, y: y + side / 2 + 4, anchor: "middle" } as const;
  const size = Math.min(18, 11 + 7 * Math.abs(Number.isFinite(r) ? r : 0));
  return write(document, text, { ...at, size, colour: Math.abs(r) > 0.5 ? theme.text : theme.muted });
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  let [count, meanA, meanB, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (!Number.isFinite(x + y)) continue;
    count++;
    const [dx, dy] = [x - meanA, y - meanB];
    meanA += dx / count;
    meanB += dy / count;
    aa += dx * (x - meanA);
    bb += dy * (y - meanB);
    ab += dx * (y - meanB);
  }
  return ab / Math.sqrt(aa * bb);
}

/** Numbers along the left of the first column and the bottom of the last row. */
function drawAxes(svg: Element, document: Document, theme: Theme, columns: readonly Column[], side: number) {
  const bottom = edge.top + columns.length * side;
  columns.forEach(({ name, domain }, i) => {
    const start = edge.left + i * side;
    const axis = panel(
      document,
      theme,
      { x: start, y: bottom - 4, width: side, height: 34 },
      {
        margin: inset,
        marginTop: 4,
        marginBottom: 26,
        x: numberAxis(domain, side - 2 * inset),
        y: { axis: null },
      },
    );
    svg.appendChild(axis);
    const label = shorten(name, Math.max(4, Math.floor(side / 7.5)));
    const at = {
      x: start + side / 2,
      y: bottom + 44,
      colour: theme.muted,
      size: 12,
      anchor: "middle",
    } as const;
    svg.appendChild(write(document, label, at));
    if (i === 0) return;
    const up = panel(
      document,
      theme,
      { x: 0, y: edge.top + i * side, width: edge.left + 4, height: side },
      {
        margin: inset,
        marginLeft: edge.left,
        marginRight: 0,
        x: { axis: null },
        y: { ...numberAxis(domain, side), ticks: 3, tickSize: 4 },
      },
    );
    svg.appendChild(up);
  });
}

function inWords(columns: readonly Column[], divergences: number | undefined): string {
  const words = columns.flatMap((a, i) =>
    columns.slice(i + 1).map((b) => {
      const r = correlationOf(a.values, b.values);
      return `${a.name} and ${b.name}: correlation ${Number.isFinite(r) ? formatNumber(Number(r.toFixed(2))) : "unknown"}.`;
    }),
  );
  const divergent = divergences === undefined ? [] : [`${formatCount(divergences)} divergent transitions.`];
  return (
    [...words, ...divergent].join(" ") ||
    (columns[0] === undefined ? "Nothing to show." : `The draws of ${columns[0].name}.`)
  );
}
