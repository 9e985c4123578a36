import { rectY, ruleY } from "@observablehq/plot";
import { formatCount, formatNumber } from "./format.ts";
import { framed } from "./frame.ts";
import type { LegendItem, ViewOptions } from "./svg.ts";
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
const mostBars = 160;

export function mass(data: MassData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { values, series, each } = grouped(data);
  const items: LegendItem[] =
    series.length < 2
      ? []
      : series.map(({ name }, i) => ({ label: shorten(name, 40), colour: colourAt(theme, i) }));
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
  const frame = {
    ...{ theme, width, height: plotHeight, items, unit: "probability", description: inWords(data) },
    title: data.title ?? `Probabilities of ${label}`,
    ...(bars.length === 0 && { nothing: "nothing to show" }),
    ...(each > 1 && { subtitle: `each bar: ${formatCount(each)} values together` }),
  };
  return framed(document, frame, {
    x: {
      domain: [-0.6, Math.max(0, values.length - 1) + 0.6],
      ticks: values.flatMap((_, i) => (i % every === 0 ? [i] : [])),
      tickFormat: (i: number) => named(values[i]),
      label,
    },
    y: {
      domain: [0, 1.04 * Math.max(1e-300, ...bars.map(({ y }) => y))],
      ticks: bars.length === 0 ? [] : 5,
    },
    marks: [
      rectY(bars, { x1: "x1", x2: "x2", y: "y", fill: "fill", insetLeft: 0.5, insetRight: 0.5 }),
      ruleY([0], { stroke: theme.muted }),
    ],
  });
}

/** Of more values than can be told apart, neighbours go together. */
function grouped({ values, series }: MassData): Pick<MassData, "values" | "series"> & { each: number } {
  const each = Math.ceil(values.length / mostBars);
  if (each <= 1) return { values, series, each };
  const count = Math.ceil(values.length / each);
  const sums = series.map(({ name, probabilities }) => {
    const own = new Float64Array(count);
    for (let i = 0; i < values.length; i++)
      own[Math.floor(i / each)] = (own[Math.floor(i / each)] ?? 0) + (probabilities[i] ?? 0);
    return { name, probabilities: own };
  });
  return { values: values.filter((_, i) => i % each === 0), series: sums, each };
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
