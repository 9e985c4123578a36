import { inspect } from "node:util";
import type { Markup } from "../language/notebook-globals.ts";
import { escapeHtml, htmlMarkup } from "./markup.ts";

export interface TableOptions {
  columns?: readonly string[];
  /** Most rows to show (100). */
  limit?: number;
}

interface Matrix {
  shape: readonly number[];
  arraySync(): unknown;
}

/** Rows (objects, arrays, or a tensor of rank 2) as a table. */
export function table(rows: Iterable<unknown>, { columns, limit = 100 }: TableOptions = {}): Markup {
  const all = isMatrix(rows) ? (rows.arraySync() as unknown[]) : [...rows];
  const shown = all.slice(0, limit);
  const names = columns ?? [
    ...new Set(shown.flatMap((row) => (isRecord(row) ? Object.keys(row) : ["value"]))),
  ];
  const cell = (row: unknown, name: string): unknown =>
    isRecord(row) ? row[name] : name === "value" ? row : undefined;
  const head = names.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = shown.map(
    (row) =>
      `<tr>${names
        .map((name) => {
          const value = cell(row, name);
          const align = typeof value === "number" ? ' style="text-align:right"' : "";
          return `<td${align}>${escapeHtml(show(value))}</td>`;
        })
        .join("")}</tr>`,
  );
  const more = all.length > limit ? `<caption>${limit} of ${all.length} rows</caption>` : "";
  const lines = [names, ...shown.map((row) => names.map((name) => show(cell(row, name))))];
  const source = `<table>${more}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  return htmlMarkup(source, lines.map((line) => line.join("\t")).join("\n"));
}

function show(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return typeof value === "string"
    ? value
    : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isMatrix(value: unknown): value is Matrix {
  return isRecord(value) && Array.isArray(value.shape) && typeof value.arraySync === "function";
}
