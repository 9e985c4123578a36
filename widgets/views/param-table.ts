import { heatStrip } from "./heat-strip.ts";
import {
  columnsOf,
  courseInWords,
  drawnRows,
  historyHeading,
  isBad,
  nameColumn,
  type ParamRow,
  type ParamTableData,
  titleOf,
  valueColumn,
} from "./param-columns.ts";
import { sparkline } from "./sparkline.ts";
import { type Attributes, htmlElement, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/** The ParamStore as an HTML table, one row a parameter: its text can be searched, copied and read aloud. */
export function paramTable(data: ParamTableData, { document, theme: themeName }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const make = (name: string, attributes: Attributes, ...children: (Node | string)[]) =>
    htmlElement(document, name, attributes, ...children);
  const columns = columnsOf(data);
  // Pages colour the rows of tables as they like.
  const cell = `padding: 4px 14px 4px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid ${theme.grid}; background: ${theme.background}`;
  const heading = (text: string) =>
    make("th", { scope: "col", style: `${cell}; color: ${theme.muted}; font-weight: 600` }, text);
  const { rows, rest } = drawnRows(data);
  const body = rows.flatMap((row) => {
    const style = (column: unknown) =>
      `${cell}; color: ${column === valueColumn && isBad(row) ? theme.danger : theme.text}`;
    const line = make(
      "tr",
      { "data-param": row.name },
      make(
        "th",
        { scope: "row", style: `${style(nameColumn)}; font-weight: 600`, title: row.name },
        shorten(row.name, 36),
      ),
      ...columns.map((column) => make("td", { style: style(column) }, column.text(row))),
      make("td", { style: cell }, history(document, row, theme)),
    );
    if (row.numbers === undefined) return [line];
    const strip = heatStrip(row.numbers, { document, name: row.name, theme });
    return [
      line,
      make(
        "tr",
        {},
        make("td", { colspan: columns.length + 2, style: `${cell}; padding-left: 12px` }, strip),
      ),
    ];
  });
  const alone = (text: string) =>
    make(
      "tr",
      {},
      make("td", { colspan: columns.length + 2, style: `${cell}; color: ${theme.muted}` }, text),
    );
  if (rest !== undefined) body.push(alone(rest));
  const caption = `caption-side: top; text-align: left; font-size: 15px; font-weight: 600; padding: 4px 0 8px; color: ${theme.text}; background: ${theme.background}`;
  const table = `border-collapse: collapse; font-size: 13px; color: ${theme.text}; background: ${theme.background}`;
  return make(
    "table",
    { class: "tspyro-params", style: table },
    make("caption", { style: caption }, titleOf(data)),
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        ...[nameColumn.heading, ...columns.map(({ heading }) => heading), historyHeading].map(heading),
      ),
    ),
    make("tbody", {}, ...(body.length === 0 ? [alone("no parameters yet")] : body)),
  );
}

function history(document: Document, row: ParamRow, theme: Theme): Element {
  const [width, height] = [110, 22];
  const picture = svgElement(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `${row.name}: ${courseInWords(row)}`,
    style: "vertical-align: middle",
  });
  picture.appendChild(sparkline(document, row.history, { width, height, colour: theme.accent }));
  return picture;
}
