import { formatCount, formatMeanSd, formatNumber, formatShape } from "./format.ts";
import { sparkline } from "./sparkline.ts";
import { dress, htmlElement, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/** The ParamStore as a table: one row a parameter, with the course of its mean. */
export interface ParamRow {
  readonly name: string;
  readonly shape: readonly number[];
  readonly constraint: string;
  /** The cell that made it, as a person knows it. */
  readonly cell?: string;
  /** Optimizer steps it has taken. */
  readonly steps?: number;
  /** Over the elements of its (constrained) value. */
  readonly mean: number;
  readonly sd: number;
  readonly history: ArrayLike<number>;
}

export interface ParamTableData {
  readonly rows: readonly ParamRow[];
  readonly title?: string;
}

const headings = ["parameter", "shape", "constraint", "cell", "steps", "mean ± sd", "history of the mean"];

function cells(row: ParamRow): string[] {
  const value = row.shape.every((size) => size === 1)
    ? formatNumber(row.mean)
    : formatMeanSd(row.mean, row.sd);
  return [
    row.name,
    formatShape(row.shape),
    row.constraint,
    row.cell ?? "–",
    row.steps === undefined ? "–" : formatCount(row.steps),
    value,
  ];
}

function titleOf({ title, rows }: ParamTableData): string {
  return title ?? `ParamStore: ${rows.length} parameter${rows.length === 1 ? "" : "s"}`;
}

/** As HTML, for the live view and for the output: real text, which can be searched and copied. */
export function paramTable(data: ParamTableData, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const make = (name: string, attributes: Record<string, string>, ...children: (Node | string)[]) =>
    htmlElement(document, name, attributes, ...children);
  const line = `border-bottom: 1px solid ${theme.grid}`;
  const pad = "padding: 4px 14px 4px 0; text-align: left; white-space: nowrap; vertical-align: middle";
  const head = headings.map((text) =>
    make("th", { scope: "col", style: `${pad}; ${line}; color: ${theme.muted}; font-weight: 600` }, text),
  );
  const body = data.rows.map((row) => {
    const [name = "", ...others] = cells(row);
    const style = `${pad}; ${line}`;
    const bold = `${style}; font-weight: 600; color: ${theme.text}`;
    return make(
      "tr",
      {},
      make("th", { scope: "row", style: bold, title: name }, shorten(name, 48)),
      ...others.map((text) => make("td", { style: `${style}; color: ${colourOf(text, theme)}` }, text)),
      make("td", { style }, history(document, row, theme)),
    );
  });
  const caption = `caption-side: top; text-align: left; font-size: 15px; font-weight: 600; padding: 4px 0 8px; color: ${theme.text}`;
  const empty = make(
    "tr",
    {},
    make("td", { colspan: "7", style: `${pad}; color: ${theme.muted}` }, "no parameters yet"),
  );
  return make(
    "table",
    {
      class: "tspyro-params",
      style: `border-collapse: collapse; font-size: 13px; color: ${theme.text}; background: ${theme.background}`,
    },
    make("caption", { style: caption }, titleOf(data)),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...(body.length === 0 ? [empty] : body)),
  );
}

function history(document: Document, row: ParamRow, theme: Theme): Element {
  const [width, height] = [110, 22];
  const frame = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
  };
  const label = `${row.name}: ${courseInWords(row)}`;
  const picture = svgElement(document, "svg", {
    ...frame,
    "aria-label": label,
    style: "vertical-align: middle",
  });
  picture.appendChild(sparkline(document, row.history, { width, height, colour: theme.accent }));
  return picture;
}

function courseInWords({ history, mean }: ParamRow): string {
  const first = Array.from(history).find(Number.isFinite);
  return first === undefined
    ? `mean ${formatNumber(mean)}`
    : `mean from ${formatNumber(first)} to ${formatNumber(mean)}`;
}

function colourOf(text: string, theme: Theme): string {
  return text.includes("NaN") || text.includes("∞") ? theme.danger : theme.text;
}

/** As a picture of its own, for an `<img>` or a PNG. */
export function paramTableSvg(data: ParamTableData, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const rows = data.rows.map((row) => cells(row).map((text, i) => shorten(text, i === 0 ? 36 : 28)));
  const widths = headings.map((heading, column) =>
    Math.max(
      textWidth(heading, 12, true),
      ...rows.map((row) => textWidth(row[column] ?? "", 13, column === 0)),
    ),
  );
  const lefts: number[] = [];
  let width = 16;
  for (const own of widths) {
    lefts.push(width);
    width += own + 16;
  }
  const rowHeight = 28;
  const top = 48;
  const height = top + rowHeight * (1 + Math.max(1, rows.length)) + 10;
  const svg = svgElement(document, "svg", {});
  const text = (content: string, column: number, y: number, more: Record<string, string | number>) =>
    svg.appendChild(
      svgElement(document, "text", { x: lefts[column] ?? 0, y, "text-anchor": "start", ...more }, content),
    );
  const rule = (y: number, stroke: string) =>
    svg.appendChild(svgElement(document, "line", { x1: 16, x2: width - 8, y1: y, y2: y, stroke }));
  headings.forEach((heading, column) => {
    text(heading, column, top + 18, { "font-size": 12, "font-weight": 600, fill: theme.muted });
  });
  rule(top + rowHeight, theme.border);
  rows.forEach((row, i) => {
    const base = top + rowHeight * (i + 1);
    row.forEach((content, column) => {
      const weight = column === 0 ? 600 : 400;
      text(content, column, base + 19, {
        "font-size": 13,
        "font-weight": weight,
        fill: colourOf(content, theme),
      });
    });
    const line = sparkline(document, data.rows[i]?.history ?? [], {
      width: 110,
      height: 22,
      colour: theme.accent,
    });
    line.setAttribute("transform", `translate(${lefts[6] ?? 0},${base + 3})`);
    svg.appendChild(line);
    rule(base + rowHeight, theme.grid);
  });
  if (rows.length === 0)
    text("no parameters yet", 0, top + rowHeight + 19, { "font-size": 13, fill: theme.muted });
  const description = data.rows.map((row) => `${row.name}: ${cells(row).slice(1).join(", ")}.`).join(" ");
  return dress(svg, document, {
    theme,
    width: Math.ceil(width),
    height,
    title: titleOf(data),
    description: description || "No parameters yet.",
  });
}
