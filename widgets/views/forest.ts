import { dot, ruleX, ruleY } from "@observablehq/plot";
import { bulk, centralInterval, type NumberDraws, padded, quantile, sortedDraws } from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, numberAxis, panel, write } from "./panel.ts";
import { dress, legend, legendRow, legendRows, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/** Intervals of many numbers, a row for each; those of several models or chains side by side in it. */
export interface ForestData {
  title?: string;
  /** Models or chains; one without a name is the only one. */
  series: readonly { name: string; numbers: readonly NumberDraws[] }[];
  /** Shares of the draws in the thick and in the thin line (default 0.5 and 0.9). */
  probs?: readonly [number, number];
  /** Name of the quantity with its unit. */
  label?: string;
  /** A vertical line, 0 for effects. */
  reference?: number;
  /** How many numbers are not shown. */
  more?: number;
}

interface Bar {
  name: string;
  row: number;
  series: number;
  median: number;
  inner: [number, number];
  outer: [number, number];
  known: boolean;
}

export function forest(data: ForestData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { series, probs = [0.5, 0.9], more = 0, reference } = data;
  const names = [...new Set(series.flatMap(({ numbers }) => numbers.map(({ name }) => name)))];
  const bars = barsOf(data, names, probs);
  const several = series.length > 1;
  const items = several
    ? series.map(({ name }, i) => ({ label: shorten(name, 40), colour: colourAt(theme, i) }))
    : [];
  const top = 58 + legendRows(items, width - 32) * legendRow;
  const row = Math.max(20, 9 * series.length + 10);
  const height = top + Math.max(3, names.length) * row + 46;
  const labels = names.map((name) => shorten(name, Math.max(8, Math.floor(width / 28))));
  const left = 24 + Math.max(30, ...labels.map((label) => textWidth(label, 12)));
  const notes = several || width < 480 ? [] : bars.map(noteOf);
  const right = 20 + Math.max(0, ...notes.map((note) => textWidth(note, 11) + 4));
  const domain = padded(extent(bars, reference), 0.03);
  const offset = ({ series: k }: Bar) => (k - (series.length - 1) / 2) * 9;
  const y = (bar: Bar) => (bar.row + 0.5) * row + offset(bar);
  const colour = ({ series: k }: Bar) => colourAt(theme, k);
  const known = bars.filter((bar) => bar.known);
  const drawing = panel(
    document,
    theme,
    { x: 0, y: top, width, height: height - top },
    {
      marginTop: 0,
      marginLeft: left,
      marginRight: right,
      marginBottom: 44,
      x: {
        ...numberAxis(domain, width - left - right),
        grid: true,
        label: data.label ?? "value",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 38,
      },
      y: { axis: null, domain: [0, Math.max(3, names.length) * row], range: [0, height - top - 44] },
      marks: [
        ...(reference === undefined
          ? []
          : [ruleX([reference], { stroke: theme.muted, strokeDasharray: "4 3" })]),
        ruleY(known, {
          y,
          x1: (bar: Bar) => bar.outer[0],
          x2: (bar: Bar) => bar.outer[1],
          stroke: colour,
          strokeWidth: 1.5,
          clip: true,
        }),
        ruleY(known, {
          y,
          x1: (bar: Bar) => bar.inner[0],
          x2: (bar: Bar) => bar.inner[1],
          stroke: colour,
          strokeWidth: 4.5,
          strokeLinecap: "round",
          clip: true,
        }),
        dot(known, { x: "median", y, r: 3.25, fill: theme.background, stroke: colour, strokeWidth: 1.75 }),
      ],
    },
  );
  const svg = svgElement(document, "svg", {});
  names.forEach((_, i) => {
    if (i % 2 === 0) svg.appendChild(stripe(document, theme, { y: top + i * row, width, height: row }));
  });
  svg.appendChild(drawing);
  if (names.length === 0) svg.appendChild(nothing(document, theme, width, height));
  writeLabels(svg, document, theme, { labels, notes, bars, left, top, row, width });
  const percent = probs.map((prob) => `${formatNumber(100 * prob, 3)} %`);
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Intervals of the draws",
    subtitle: fitted(
      [
        ...(more > 0 ? [`${formatCount(more)} more not shown`] : []),
        `circle: median, thick line: ${percent[0]}, thin: ${percent[1]} of the draws`,
      ],
      width,
    ),
    description: inWords(data, bars, percent[1] ?? ""),
  });
  svg.appendChild(legend(document, items, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

function barsOf({ series }: ForestData, names: readonly string[], probs: readonly [number, number]): Bar[] {
  const rows = new Map(names.map((name, row) => [name, row]));
  return series.flatMap(({ numbers }, k) =>
    numbers.map(({ name, chains }) => {
      const sorted = sortedDraws(chains);
      return {
        name,
        row: rows.get(name) ?? 0,
        series: k,
        median: quantile(sorted, 0.5),
        inner: centralInterval(sorted, probs[0]),
        outer: centralInterval(sorted, probs[1]),
        known: sorted.length > 0,
      };
    }),
  );
}

/** Of all intervals; one that is far wider than the others is cut. */
function extent(bars: readonly Bar[], reference: number | undefined): [number, number] {
  const known = bars.filter((bar) => bar.known);
  const ends = Float64Array.from(known.flatMap(({ outer }) => outer)).sort();
  if (ends.length === 0) return [reference ?? 0, (reference ?? 0) + 1];
  const [low, high] = ends.length < 20 ? [ends[0] ?? 0, ends.at(-1) ?? 1] : bulk(ends);
  const all: [number, number] = [Math.min(low, reference ?? low), Math.max(high, reference ?? high)];
  return all[0] === all[1] ? bulk([all[0]]) : all;
}

function stripe(document: Document, theme: Theme, place: { y: number; width: number; height: number }) {
  return svgElement(document, "rect", { x: 8, ...place, width: place.width - 16, fill: theme.plate, rx: 3 });
}

const noteOf = ({ known, median, outer }: Bar) =>
  known ? `${formatNumber(median, 3)}  [${formatNumber(outer[0], 3)}, ${formatNumber(outer[1], 3)}]` : "";

interface Labels {
  labels: readonly string[];
  notes: readonly string[];
  bars: readonly Bar[];
  left: number;
  top: number;
  row: number;
  width: number;
}

function writeLabels(svg: Element, document: Document, theme: Theme, place: Labels) {
  const { labels, notes, bars, left, top, row, width } = place;
  const y = (i: number) => top + (i + 0.5) * row + 4;
  labels.forEach((label, i) => {
    svg.appendChild(write(document, label, { x: left - 10, y: y(i), colour: theme.text, anchor: "end" }));
  });
  bars.forEach((bar, i) => {
    const at = { y: y(bar.row), size: 11, colour: theme.muted };
    if (!bar.known && bar.series === 0)
      svg.appendChild(
        write(document, "no draws that are numbers", { ...at, x: left + 8, colour: theme.danger }),
      );
    else if (notes[i] !== undefined)
      svg.appendChild(write(document, notes[i] ?? "", { ...at, x: width - 16, anchor: "end" }));
  });
}

function inWords({ series }: ForestData, bars: readonly Bar[], percent: string): string {
  const words = bars.slice(0, 40).map(({ name, series: k, known, median, outer }) => {
    const of = series.length > 1 ? `${name} of ${series[k]?.name}` : name;
    if (!known) return `${of}: no draws that are numbers.`;
    return `${of}: median ${formatNumber(median, 3)}, ${percent} between ${formatNumber(outer[0], 3)} and ${formatNumber(outer[1], 3)}.`;
  });
  return words.join(" ") || "Nothing to show.";
}
