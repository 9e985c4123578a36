import {
  columnsOf,
  courseInWords,
  drawnRows,
  historyHeading,
  isBad,
  nameColumn,
  type ParamTableData,
  titleOf,
  valueColumn,
} from "./param-columns.ts";
import { sparkline } from "./sparkline.ts";
import { type Attributes, dress, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { themeOf } from "./theme.ts";

const rowHeight = 28;
const top = 48;
const margin = 16;
const history = { width: 110, height: 22 };

/** The ParamStore as a picture of its own, for an `<img>` or a PNG. */
export function paramTableSvg(data: ParamTableData, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const columns = [nameColumn, ...columnsOf(data)];
  const headings = [...columns.map(({ heading }) => heading), historyHeading];
  const { rows: drawn, rest } = drawnRows(data);
  const rows = drawn.map((row) => columns.map((column, i) => shorten(column.text(row), i === 0 ? 36 : 28)));
  const lefts: number[] = [];
  let width = margin;
  headings.forEach((heading, column) => {
    lefts.push(width);
    const texts = rows.map((row) => textWidth(row[column] ?? "", 13, column === 0));
    width += Math.max(textWidth(heading, 12, true), ...texts) + 18;
  });
  const height = top + rowHeight * (1 + Math.max(1, rows.length) + (rest === undefined ? 0 : 1)) + 10;

  const svg = svgElement(document, "svg", {});
  const text = (content: string, column: number, y: number, look: Attributes) => {
    const place = { x: Math.round(lefts[column] ?? 0), y, "text-anchor": "start" };
    svg.appendChild(svgElement(document, "text", { ...place, ...look }, content));
  };
  const rule = (y: number, stroke: string) => {
    svg.appendChild(svgElement(document, "line", { x1: margin, x2: width - 2, y1: y, y2: y, stroke }));
  };
  headings.forEach((heading, column) => {
    text(heading, column, top + 18, { "font-size": 12, "font-weight": 600, fill: theme.muted });
  });
  rule(top + rowHeight, theme.border);
  drawn.forEach((row, i) => {
    const base = top + rowHeight * (i + 1);
    rows[i]?.forEach((content, column) => {
      const bad = columns[column] === valueColumn && isBad(row);
      const weight = column === 0 ? 600 : 400;
      text(content, column, base + 19, {
        "font-size": 13,
        "font-weight": weight,
        fill: bad ? theme.danger : theme.text,
      });
    });
    const line = sparkline(document, row.history, { ...history, colour: theme.accent });
    line.setAttribute("transform", `translate(${Math.round(lefts.at(-1) ?? 0)},${base + 3})`);
    svg.appendChild(line);
    rule(base + rowHeight, theme.grid);
  });
  if (rows.length === 0) {
    text("no parameters yet", 0, top + rowHeight + 19, { "font-size": 13, fill: theme.muted });
  }
  if (rest !== undefined)
    text(rest, 0, top + rowHeight * (rows.length + 1) + 19, { "font-size": 13, fill: theme.muted });
  const sentences = drawn.map((row) => {
    const facts = columnsOf(data).map((column) => `${column.heading} ${column.text(row)}`);
    return `${row.name}: ${facts.join(", ")}, ${courseInWords(row)}.`;
  });
  return dress(svg, document, {
    theme,
    width: Math.ceil(width) + 14,
    height,
    title: titleOf(data),
    description:
      [...sentences, ...(rest === undefined ? [] : [`${rest}.`])].join(" ") || "No parameters yet.",
  });
}
