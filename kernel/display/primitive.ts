import { cut, formatCount } from "./escape.ts";
import type { Piece } from "./pieces.ts";

/** A value that is no object, as one line of at most `limit` characters. */
export function primitivePiece(value: unknown, limit = 200): Piece {
  switch (typeof value) {
    case "string":
      return { text: quoted(value, limit), kind: "string" };
    case "number":
      return { text: Object.is(value, -0) ? "-0" : String(value), kind: "number" };
    case "bigint":
      return { text: bigText(value, limit), kind: "number" };
    case "boolean":
      return { text: String(value), kind: "keyword" };
    case "symbol":
      return { text: cut(String(value), limit), kind: "keyword" };
    default:
      return { text: String(value), kind: "muted" };
  }
}

/** As JavaScript would write it, with the number of characters where it is cut. */
export function quoted(text: string, limit = 200): string {
  if (text.length <= limit) return JSON.stringify(text);
  return `${JSON.stringify(cut(text, limit))} (${formatCount(text.length)} characters)`;
}

function bigText(value: bigint, limit: number): string {
  // Writing out a number of a million digits takes seconds.
  const digits = value.toString(16);
  if (digits.length > 4 * limit)
    return `${cut(`0x${digits}`, limit)} (a bigint of ${4 * digits.length} bits)`;
  return `${cut(String(value), limit)}n`;
}
