import { cleanText, textWidth } from "./text.ts";
import { fontFamily, type Theme } from "./theme.ts";

/** What every view is given beside its data. */
export interface ViewOptions {
  document: Document;
  theme?: "light" | "dark";
  /** Width in CSS pixels. */
  width?: number;
}

export type Attributes = Record<string, string | number | undefined>;
type Child = Node | string | undefined;

const svgNamespace = "http://www.w3.org/2000/svg";

export function svgElement(document: Document, name: string, attributes: Attributes, ...children: Child[]) {
  return fill(document, document.createElementNS(svgNamespace, name), attributes, children);
}

export function htmlElement(document: Document, name: string, attributes: Attributes, ...children: Child[]) {
  return fill(document, document.createElement(name), attributes, children);
}

function fill<E extends Element>(
  document: Document,
  element: E,
  attributes: Attributes,
  children: Child[],
): E {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, cleanText(String(value)));
  }
  for (const child of children) {
    if (child === undefined) continue;
    element.appendChild(typeof child === "string" ? document.createTextNode(cleanText(child)) : child);
  }
  return element;
}

export interface Dressing {
  theme: Theme;
  width: number;
  height: number;
  title: string;
  /** Whether it is drawn too (default true). */
  titleShown?: boolean;
  /** One line under the title. */
  subtitle?: string;
  /** The picture in words, for those who do not see it. */
  description: string;
}

/**
 * Makes a picture stand on its own: a namespace (without it an `<img>` does not decode), a background and
 * a text colour (inside an `<img>` `currentColor` is black), a title that is seen, and one that is heard.
 */
export function dress(svg: Element, document: Document, { theme, width, height, title, ...more }: Dressing) {
  const { subtitle, description, titleShown = true } = more;
  const attributes: Attributes = {
    xmlns: svgNamespace,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `${title}. ${description}`,
    color: theme.text,
    fill: theme.text,
    "font-family": fontFamily,
    style: "max-width: 100%; height: auto;",
  };
  fill(document, svg, attributes, []);
  const first = svg.firstChild;
  const before = (element: Element) => svg.insertBefore(element, first);
  before(svgElement(document, "title", {}, title));
  before(svgElement(document, "desc", {}, description));
  before(svgElement(document, "rect", { width, height, fill: theme.background, rx: 6 }));
  const label = { x: 16, "text-anchor": "start" };
  if (titleShown) {
    const heading = { ...label, y: 25, "font-size": 15, "font-weight": 600, fill: theme.text };
    svg.appendChild(svgElement(document, "text", heading, title));
  }
  if (subtitle !== undefined) {
    svg.appendChild(
      svgElement(document, "text", { ...label, y: 43, "font-size": 12, fill: theme.muted }, subtitle),
    );
  }
  return svg;
}

export interface LegendItem {
  label: string;
  colour: string;
  dash?: string | undefined;
  /** What stands for it (default a line). */
  symbol?: "dot" | "ring" | "cross" | "band" | "interval";
}

/** A legend in one or more rows from (`x`, `y`), and how many rows it took. */
export function legend(
  document: Document,
  items: readonly LegendItem[],
  { x, y, width, theme }: { x: number; y: number; width: number; theme: Theme },
): { element: Element; rows: number } {
  const group = svgElement(document, "g", { "font-size": 12, "text-anchor": "start", "aria-hidden": "true" });
  let left = x;
  let rows = items.length === 0 ? 0 : 1;
  for (const { label, colour, dash, symbol } of items) {
    const own = 30 + textWidth(label, 12) + 14;
    if (left > x && left + own > x + width) {
      left = x;
      rows++;
    }
    const middle = y + (rows - 1) * legendRow;
    const line = { x1: left, x2: left + 22, y1: middle, y2: middle, stroke: colour, "stroke-width": 2.5 };
    group.appendChild(
      symbol === undefined
        ? svgElement(document, "line", { ...line, "stroke-dasharray": dash })
        : svgElement(document, "path", symbolPath(symbol, left + 11, middle, colour)),
    );
    group.appendChild(svgElement(document, "text", { x: left + 28, y: middle + 4, fill: theme.text }, label));
    left += own;
  }
  return { element: group, rows };
}

function symbolPath(
  symbol: NonNullable<LegendItem["symbol"]>,
  x: number,
  y: number,
  colour: string,
): Attributes {
  const line = { fill: "none", stroke: colour, "stroke-linecap": "round" };
  const round = (r: number) => `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`;
  if (symbol === "dot") return { d: round(4), fill: colour };
  if (symbol === "ring") return { ...line, d: round(5), "stroke-width": 1.75 };
  if (symbol === "cross") return { ...line, d: `M${x - 4},${y - 4}l8,8m0,-8l-8,8`, "stroke-width": 1.75 };
  if (symbol === "interval") return { ...line, d: `M${x - 9},${y}h18`, "stroke-width": 5 };
  return { d: `M${x - 11},${y - 6}h22v12h-22z`, fill: colour, "fill-opacity": 0.3 };
}

export const legendRow = 18;

/** How many rows `legend` is going to take. */
export function legendRows(items: readonly { label: string }[], width: number): number {
  let left = 0;
  let rows = items.length === 0 ? 0 : 1;
  for (const { label } of items) {
    const own = 30 + textWidth(label, 12) + 14;
    if (left > 0 && left + own > width) {
      left = 0;
      rows++;
    }
    left += own;
  }
  return rows;
}
