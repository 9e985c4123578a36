import { formatCount } from "./format.ts";
import { type Attributes, dress, htmlElement, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/** A table, as HTML whose text can be searched and copied, and as a picture of its own. */
export interface Table {
  readonly title: string;
  /** One line under the title. */
  readonly note?: string;
  /** Written instead of rows. */
  readonly empty: string;
  readonly headings: readonly string[];
  readonly rows: readonly Row[];
  /** In words. */
  readonly description: string;
}

/** Rows that are drawn; of more it is said how many. */
export const mostRows = 100;

/** `table` with no more rows than can be looked through. */
function bounded(table: Table): Table {
  const more = table.rows.length - mostRows;
  if (more <= 0) return table;
  const rest = { cells: [{ text: `and ${formatCount(more)} more` }] };
  return {
    ...table,
    rows: [...table.rows.slice(0, mostRows), rest],
    description: shorten(table.description, 20_000),
  };
}

export interface Row {
  readonly cells: readonly Cell[];
  /** More for a reader who points at it, one line each. */
  readonly hover?: string;
}

export interface Cell {
  readonly text: string;
  readonly look?: "strong" | "bad" | "mark";
}

const rowHeight = 28;
const margin = 16;
const [longestName, longestText] = [36, 34];

export function tableSvg(whole: Table, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const table = bounded(whole);
  const top = table.note === undefined ? 48 : 62;
  const texts = table.rows.map(({ cells }) =>
    cells.map(({ text }, i) => shorten(text, i === 0 ? longestName : longestText)),
  );
  const lefts: number[] = [];
  let width = margin;
  table.headings.forEach((heading, column) => {
    lefts.push(Math.round(width));
    const own = texts.map((row, i) => textWidth(row[column] ?? "", 13, isBold(table.rows[i]?.cells[column])));
    width += Math.max(textWidth(heading, 12, true), ...own) + 18;
  });
  const least = Math.max(textWidth(table.title, 15, true), textWidth(table.note ?? "", 12)) + 2 * margin;
  const right = Math.ceil(Math.max(width, least, 200));
  const svg = svgElement(document, "svg", {});
  const write = (content: string, column: number, y: number, look: Attributes) =>
    svgElement(document, "text", { x: lefts[column] ?? margin, y, "text-anchor": "start", ...look }, content);
  const rule = (y: number, stroke: string) =>
    svgElement(document, "line", { x1: margin, x2: right - margin, y1: y, y2: y, stroke });
  table.headings.forEach((heading, column) => {
    const look = { "font-size": 12, "font-weight": 600, fill: theme.muted };
    svg.appendChild(write(heading, column, top + 18, look));
  });
  svg.appendChild(rule(top + rowHeight, theme.border));
  table.rows.forEach(({ cells, hover }, i) => {
    const base = top + rowHeight * (i + 1);
    const line = svgElement(document, "g", {});
    if (hover !== undefined) {
      line.appendChild(svgElement(document, "title", {}, hover));
      // What a pointer can rest on between the texts.
      const area = {
        x: margin,
        y: base,
        width: right - 2 * margin,
        height: rowHeight,
        fill: theme.background,
      };
      line.appendChild(svgElement(document, "rect", area));
    }
    cells.forEach((cell, column) => {
      const look = { "font-size": 13, "font-weight": isBold(cell) ? 600 : 400, fill: colourOf(cell, theme) };
      line.appendChild(write(texts[i]?.[column] ?? "", column, base + 19, look));
    });
    svg.appendChild(line);
    svg.appendChild(rule(base + rowHeight, theme.grid));
  });
  if (table.rows.length === 0)
    svg.appendChild(write(table.empty, 0, top + rowHeight + 19, { "font-size": 13, fill: theme.muted }));
  return dress(svg, document, {
    theme,
    width: right,
    height: top + rowHeight * (1 + Math.max(1, table.rows.length)) + 10,
    title: table.title,
    ...(table.note !== undefined && { subtitle: table.note }),
    description: table.description,
  });
}

export function tableHtml(whole: Table, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const table = bounded(whole);
  const make = (name: string, attributes: Attributes, ...children: (Node | string)[]) =>
    htmlElement(document, name, attributes, ...children);
  // Pages colour the rows of tables as they like.
  const cell = `padding: 4px 14px 4px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid ${theme.grid}; background: ${theme.background}`;
  const rows = table.rows.map(({ cells, hover }) =>
    make(
      "tr",
      { title: hover },
      ...cells.map((one, i) => {
        const style = `${cell}; color: ${colourOf(one, theme)}; font-weight: ${isBold(one) ? 600 : 400}`;
        return i === 0
          ? make("th", { scope: "row", style }, shorten(one.text, 36))
          : make("td", { style }, shorten(one.text, 60));
      }),
    ),
  );
  const empty = { colspan: table.headings.length, style: `${cell}; color: ${theme.muted}` };
  const caption = `caption-side: top; text-align: left; padding: 4px 0 8px; color: ${theme.text}; background: ${theme.background}`;
  const note = make("div", { style: `font-size: 12px; color: ${theme.muted}` }, table.note ?? "");
  const heading = `${cell}; color: ${theme.muted}; font-weight: 600`;
  return make(
    "table",
    {
      style: `border-collapse: collapse; font-size: 13px; color: ${theme.text}; background: ${theme.background}`,
    },
    make("caption", { style: caption }, make("b", { style: "font-size: 15px" }, table.title), note),
    make(
      "thead",
      {},
      make("tr", {}, ...table.headings.map((text) => make("th", { scope: "col", style: heading }, text))),
    ),
    make("tbody", {}, ...(rows.length === 0 ? [make("tr", {}, make("td", empty, table.empty))] : rows)),
  );
}

const isBold = (cell: Cell | undefined): boolean => cell?.look !== undefined;

function colourOf({ look }: Cell, theme: Theme): string {
  if (look === "bad") return theme.danger;
  return look === "mark" ? (theme.palette[1] ?? theme.accent) : theme.text;
}
