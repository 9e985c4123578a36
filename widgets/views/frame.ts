import { type PlotOptions, plot } from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { dress, type LegendItem, legend, legendRow, legendRows, svgElement } from "./svg.ts";
import type { Theme } from "./theme.ts";

/** A picture that is one plot: title, legend, unit of the vertical axis, and the plot with its axes. */
export interface Frame {
  readonly theme: Theme;
  readonly width: number;
  readonly title: string;
  readonly subtitle?: string;
  /** In words. */
  readonly description: string;
  /** What the vertical axis counts, with its unit. */
  readonly unit: string;
  readonly items: readonly LegendItem[];
  /** Of the plot, without the legend. */
  readonly height: number;
  readonly marginLeft?: number;
  readonly marginRight?: number;
  /** Written in the middle, where there is nothing else. */
  readonly nothing?: string;
}

export function framed(
  document: Document,
  frame: Frame,
  { x, y, ...options }: PlotOptions,
): ReturnType<typeof plot> {
  const { theme, width, title, subtitle, description, unit, items, nothing } = frame;
  const { marginLeft = 48, marginRight = 20 } = frame;
  const line = subtitle === undefined ? 0 : 20;
  const extra = line + legendRows(items, width - 32) * legendRow;
  const height = frame.height + extra;
  const svg = plot({
    document,
    width,
    height,
    ...{ marginTop: 58 + extra, marginLeft, marginRight, marginBottom: 46 },
    style: { background: theme.background, color: theme.text, fontSize: "12px" },
    x: { labelAnchor: "center", labelArrow: "none", labelOffset: 38, tickSize: 4, ...x },
    y: { label: null, grid: true, tickFormat: (value: number) => formatNumber(value), tickSize: 0, ...y },
    ...options,
  });
  svg.querySelector("style")?.remove();
  const write = (text: string, at: { x: number; y: number }, more: Record<string, string | number>) =>
    svg.appendChild(svgElement(document, "text", { ...at, fill: theme.muted, ...more }, text));
  if (nothing !== undefined)
    write(nothing, { x: width / 2, y: height / 2 + 10 }, { "text-anchor": "middle", "font-size": 14 });
  dress(svg, document, {
    theme,
    width,
    height,
    title,
    description,
    ...(subtitle !== undefined && { subtitle }),
  });
  write(unit, { x: 16, y: 48 + extra }, { "font-size": 12, "text-anchor": "start" });
  svg.appendChild(legend(document, items, { x: 16, y: 46 + line, width: width - 32, theme }).element);
  return svg;
}
