import { type PlotOptions, plot } from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { svgElement } from "./svg.ts";
import { textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";

/** Where a panel of a picture of several stands, in pixels. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One of several plots of a picture, without a background and a text of its own. */
export function panel(document: Document, theme: Theme, place: Place, options: PlotOptions) {
  const { x, y, width, height } = place;
  const style = { background: "none", color: theme.text, fontSize: "11px" };
  const drawing = plot({ document, width, height, style, ...options });
  drawing.querySelector("style")?.remove();
  drawing.setAttribute("x", String(x));
  drawing.setAttribute("y", String(y));
  // The whole picture says what is to be seen.
  drawing.setAttribute("aria-hidden", "true");
  return drawing;
}

/** Where `count` panels stand side by side in rows of equal ones, and how high all of them are. */
export function grid(
  count: number,
  {
    x,
    y,
    width,
    least,
    most,
    height,
  }: { x: number; y: number; width: number; least: number; most: number; height: number },
): { places: Place[]; height: number } {
  const fit = Math.max(1, Math.min(most, Math.floor(width / least)));
  // Four panels are two by two, not three and one.
  const rows = Math.ceil(count / fit);
  const columns = Math.max(1, Math.ceil(count / Math.max(1, rows)));
  const own = width / columns;
  const places = Array.from({ length: count }, (_, i) => ({
    x: x + (i % columns) * own,
    y: y + Math.floor(i / columns) * height,
    width: own,
    height,
  }));
  return { places, height: rows * height };
}

/** How many ticks have room on `pixels`, their labels beside each other. */
export function roomyTicks([low, high]: readonly [number, number], pixels: number): number {
  const step = (high - low) / 4;
  const digits = step > 0 ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(step)))) : 0;
  const labels = [low, high].map((value) => formatNumber(Number(value.toFixed(digits))));
  const widest = Math.max(...labels.map((label) => textWidth(label, 11)));
  return Math.max(2, Math.min(6, Math.floor(pixels / (1.5 * widest + 24))));
}

/** The axis of a number along the bottom of a panel. */
export function numberAxis(domain: readonly [number, number], pixels: number) {
  return {
    domain,
    label: null,
    ticks: roomyTicks(domain, pixels),
    tickFormat: (value: number) => formatNumber(value),
    tickSize: 4,
  };
}

export interface Writing {
  x: number;
  y: number;
  colour: string;
  size?: number;
  weight?: number;
  anchor?: "start" | "middle" | "end";
}

export function write(document: Document, text: string, { x, y, colour, ...more }: Writing): Element {
  const { size = 12, weight, anchor = "start" } = more;
  const attributes = { x, y, fill: colour, "font-size": size, "font-weight": weight, "text-anchor": anchor };
  return svgElement(document, "text", attributes, text);
}

/** What stands in a picture that has nothing to show. */
export function nothing(
  document: Document,
  theme: Theme,
  width: number,
  height: number,
  text = "nothing to show",
) {
  const at = { x: width / 2, y: height / 2 + 14, size: 14, anchor: "middle" } as const;
  return write(document, text, { ...at, colour: theme.muted });
}

/** What fits in a line under the title: the later parts are dropped first. */
export function fitted(parts: readonly string[], width: number): string {
  const own = [...parts];
  while (own.length > 1 && textWidth(own.join(" · "), 12) > width - 24) own.pop();
  return own.join(" · ");
}
