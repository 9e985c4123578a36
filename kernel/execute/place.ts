import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from "@jridgewell/trace-mapping";
import type { CellPlace } from "./syntax-error.ts";

/** Where in the cell an offset of its JavaScript is. */
export function placeOf(javascript: string, map: string | undefined, offset: number): CellPlace | undefined {
  const before = javascript.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1);
  if (map === undefined) return { line, column: column + 1 };
  const trace = new TraceMap(map);
  // The bracket around an object is not on esbuild's map, what follows it is.
  for (const bias of [GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND] as const) {
    const found = originalPositionFor(trace, { line, column, bias });
    if (found.line !== null) return { line: found.line, column: found.column + 1 };
  }
  return undefined;
}
