import { inspect, types } from "node:util";
import { cut } from "./escape.ts";

/** Text of one cell of a table, and whether something is missing there. */
export interface Cell {
  readonly text: string;
  readonly missing: boolean;
}

const longest = 200;

export function cellOf(value: unknown): Cell {
  if (value === undefined) return { text: "–", missing: true };
  if (value === null || (typeof value === "number" && Number.isNaN(value)))
    return { text: String(value), missing: true };
  return { text: textOf(value), missing: false };
}

function textOf(value: unknown): string {
  if (typeof value === "number")
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (typeof value === "string") return cut(value, longest);
  if (types.isDate(value)) return dateText(value);
  try {
    const text = inspect(value, {
      depth: 1,
      maxArrayLength: 10,
      maxStringLength: longest,
      breakLength: Number.POSITIVE_INFINITY,
    });
    return cut(text, longest);
  } catch {
    return typeof value;
  }
}

/** Days as days: what CSV holds mostly. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "Invalid Date";
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}

export const isNumeric = (value: unknown) => typeof value === "number" || typeof value === "bigint";
