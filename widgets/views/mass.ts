import { plot, rectY, ruleY } from "@observablehq/plot";
import { formatNumber } from "./format.ts";
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
import { colourAt, themeOf } from "./theme.ts";

/** Probabilities of single values: one bar for each value, the series of a batch side by side. */
export interface MassData {
  title?: string;
  label?: string;
  /** The values, in their order. */
  values: readonly (number | string)[];
  series: readonly { name: string; probabilities: ArrayLike<number> }[];
}

const plotHeight = 240;
/** More values than this have a number below every few only. */
const mostTicks = 16;

export function mass(data: MassData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { values, series } = data;
  const several = series.length > 1;
  const items: LegendItem[] = several
    ? series.map(({ name }, i) => ({ label: shorten(name, 40), colour: colourAt(theme, i) }))
    : [];
  const extra = several ? legendRows(items, width - 32) * legendRow : 0;
  const height = plotHeight + extra;
  const [share, inset] = [0.8 / Math.max(1, series.length), 0.4];
  const bars = series.flatMap(({ probabilities }, k) =>
    values.flatMap((_, i) => {
      const y = probabilities[i];
      const x1 = i - inset + k * share;
      return y === undefined || !Number.isFinite(y)
        ? []
        : [{ x1, x2: x1 + share, y, fill: colourAt(theme, k) }];
    }),
  );
  const every = Math.ceil(values.length / mostTicks);
  const label = data.label ?? "value";
  const svg = plot({
    document,
    width,
    height,
    marginTop: 58 + extra,
    marginLeft: 48,
    marginRight: 20,
    marginBottom: 46,
    style: { background: theme.background, color: theme.text, fontSize: "12px" },
    x: {
      domain: [-0.6, Math.max(0, values.length - 1) + 0.6],
      ticks: values.flatMap((_, i) => (i % every === 0 ? [i] : [])),
      tickFormat: (i: number) => named(values[i]),
      label,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 38,
      tickSize: 4,
    },
    y: {
      domain: [0, 1.04 * Math.max(1e-300, ...bars.map(({ y }) => y))],
      label: null,
      grid: true,
      ticks: bars.length === 0 ? [] : 5,
      tickFormat: (y: number) => formatNumber(y),
      tickSize: 0,
    },
    marks: [
      rectY(bars, { x1: "x1", x2: "x2", y: "y", fill: "fill", insetLeft: 0.5, insetRight: 0.5 }),
      ruleY([0], { stroke: theme.muted }),
    ],
  });
  svg.querySelector("style")?.remove();
  const title = data.title ?? `Probabilities of ${label}`;
  dress(svg, document, { theme, width, height, title, description: inWords(data) });
  const unit = { x: 16, y: 48 + extra, "font-size": 12, "text-anchor": "start", fill: theme.muted };
  svg.appendChild(svgElement(document, "text", unit, "probability"));
  if (several) svg.appendChild(legend(document, items, { x: 16, y: 46, width: width - 32, theme }).element);
  return svg;
}

const named = (value: number | string | undefined) =>
  typeof value === "number" ? formatNumber(value) : shorten(value ?? "", 12);

function inWords({ values, series }: MassData): string {
  const words = series.map(({ name, probabilities }) => {
    let best = 0;
    for (let i = 1; i < values.length; i++)
      if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
    return `${name}: most likely ${named(values[best])}.`;
  });
  return words.join(" ") || "Nothing to show.";
}
