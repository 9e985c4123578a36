import { randomUUID } from "node:crypto";
import { cut, escapeHtml, formatCount } from "./escape.ts";
import { page } from "./style.ts";
import { cellOf, isNumeric } from "./table-cell.ts";
import type { TableData } from "./table-data.ts";

export interface TableLook {
  /** Most rows to show. */
  readonly limit?: number;
  readonly pageSize?: number;
}

const usualLimit = 500;
const usualPage = 20;
/** Tables of many columns show fewer rows. */
const mostCells = 10_000;
const mostColumns = 60;

/** A table as HTML: pages are folded, so that they turn without a script and without a kernel. */
export function tableHtml(data: TableData, look: TableLook = {}): string {
  const pageSize = Math.max(1, look.pageSize ?? usualPage);
  const columns = data.columns.slice(0, mostColumns);
  const limit =
    look.limit ??
    Math.min(usualLimit, Math.max(pageSize, Math.floor(mostCells / Math.max(1, columns.length))));
  const shown = Math.min(data.rows, limit);
  const right = columns.map((name) => isRight(data, name, shown));
  const cols = columns
    .map((name, i) => `<col width="${widthOf(data, name, shown, right[i] === true)}">`)
    .join("");
  const head = columns.map((name, i) => `<th ${side(right[i])}>${escapeHtml(cut(name, 80))}</th>`).join("");
  const part = (from: number, to: number) => {
    const body: string[] = [];
    for (let row = from; row < to; row++) body.push(rowHtml(data, row, columns, right));
    const group = shown > pageSize ? `<colgroup><col width="60">${cols}</colgroup>` : "";
    const corner = `<th align="right" class="m"></th>`;
    return `<table>${group}<thead><tr>${corner}${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  };
  // Of leaves with one name the browser keeps one open.
  const name = shown > pageSize ? randomUUID() : "";
  const pages: string[] = [];
  for (let from = 0; from < shown; from += pageSize) {
    const to = Math.min(shown, from + pageSize);
    const open = from === 0 ? " open" : "";
    pages.push(
      shown <= pageSize
        ? part(from, to)
        : `<details name="${name}"${open}><summary class="m">rows ${formatCount(from)}–${formatCount(to - 1)}</summary>${part(from, to)}</details>`,
    );
  }
  if (pages.length === 0) pages.push(part(0, 0));
  const leaves = shown > pageSize ? `<div class="pages">${pages.join("")}</div>` : pages.join("");
  return page(`${leaves}<div class="m">${escapeHtml(footOf(data, shown, columns.length))}</div>`);
}

function rowHtml(
  data: TableData,
  row: number,
  columns: readonly string[],
  right: readonly boolean[],
): string {
  const cells = columns.map((name, i) => {
    const { text, missing } = cellOf(data.at(row, name));
    const safe = missing ? `<span class="u">${escapeHtml(text)}</span>` : escapeHtml(text);
    return `<td ${side(right[i])}>${safe}</td>`;
  });
  return `<tr><td align="right" class="m">${row}</td>${cells.join("")}</tr>`;
}

/** To the left by a style, because Jupyter's puts everything to the right; an untrusted notebook keeps it. */
const side = (right: boolean | undefined) => (right === true ? 'align="right"' : 'style="text-align:left"');

function footOf(data: TableData, shown: number, columns: number): string {
  const size = `${count(data.rows, "row")} × ${count(data.columns.length, "column")}`;
  const left = [
    ...(shown < data.rows ? [`${formatCount(shown)} of ${formatCount(data.rows)} rows shown`] : []),
    ...(columns < data.columns.length ? [`${columns} columns shown`] : []),
  ];
  return left.length === 0 ? size : `${size} (${left.join(", ")})`;
}

const count = (n: number, what: string) => `${formatCount(n)} ${what}${n === 1 ? "" : "s"}`;

/** Numbers stand to the right, so that their digits are below each other. */
function isRight(data: TableData, name: string, rows: number): boolean {
  let numbers = 0;
  for (let row = 0; row < Math.min(rows, 200); row++) {
    const value = data.at(row, name);
    if (isNumeric(value)) numbers++;
    else if (value !== undefined && value !== null) return false;
  }
  return numbers > 0;
}

/** In pixels: the same on every page, so that columns do not jump. */
function widthOf(data: TableData, name: string, rows: number, right: boolean): number {
  let characters = name.length;
  for (let row = 0; row < rows; row++)
    characters = Math.max(characters, Math.min(right ? 24 : 40, cellOf(data.at(row, name)).text.length));
  return Math.round(characters * 7.9 + 21);
}

/** The same in columns of characters, for terminals. */
export function tableText(data: TableData, { limit = 100 }: TableLook = {}): string {
  const shown = Math.min(data.rows, limit);
  const columns = data.columns.slice(0, mostColumns);
  const right = columns.map((name) => isRight(data, name, shown));
  const lines = [columns.map((name) => oneLine(name))];
  for (let row = 0; row < shown; row++)
    lines.push(columns.map((name) => oneLine(cellOf(data.at(row, name)).text)));
  const widths = columns.map((_, i) => Math.max(0, ...lines.map((line) => line[i]?.length ?? 0)));
  const texts = lines.map((line) =>
    line
      .map((text, i) => (right[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [...texts, ...(shown < data.rows ? [footOf(data, shown, columns.length)] : [])].join("\n");
}

const oneLine = (text: string) => cut(text.replace(/\s+/g, " "), 40);
