import { formatCount, formatMeanSd, formatNumber, formatShape } from "./format.ts";
import type { HeatData } from "./heat-strip.ts";

/** What the table of parameters shows, in its HTML and in its SVG form. */
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
  /** Its numbers, where they are to be seen. */
  readonly numbers?: HeatData;
}

export interface ParamTableData {
  readonly rows: readonly ParamRow[];
  readonly title?: string;
}

export interface Column {
  readonly heading: string;
  text(row: ParamRow): string;
}

export const nameColumn: Column = { heading: "parameter", text: ({ name }) => name };
const shapeColumn: Column = { heading: "shape", text: ({ shape }) => formatShape(shape) };
const constraintColumn: Column = { heading: "constraint", text: ({ constraint }) => constraint };
const cellColumn: Column = { heading: "cell", text: ({ cell }) => cell ?? "–" };
const stepsColumn: Column = {
  heading: "steps",
  text: ({ steps }) => (steps === undefined ? "–" : formatCount(steps)),
};
export const valueColumn: Column = {
  heading: "mean ± sd",
  text: ({ shape, mean, sd }) =>
    shape.every((size) => size === 1) ? formatNumber(mean) : formatMeanSd(mean, sd),
};
export const historyHeading = "history of the mean";

/** The columns beside the name that say something: the cell and the steps are not always known. */
export function columnsOf({ rows }: ParamTableData): readonly Column[] {
  return [
    shapeColumn,
    constraintColumn,
    ...(rows.some(({ cell }) => cell !== undefined) ? [cellColumn] : []),
    ...(rows.some(({ steps }) => steps !== undefined) ? [stepsColumn] : []),
    valueColumn,
  ];
}

/** Rows that are drawn: a network has thousands, and nobody looks through them. */
const mostRows = 100;

/** The rows to draw, and what is said of the others. */
export function drawnRows({ rows }: ParamTableData): { rows: readonly ParamRow[]; rest: string | undefined } {
  const more = rows.length - mostRows;
  return {
    rows: rows.slice(0, mostRows),
    rest: more > 0 ? `and ${formatCount(more)} more parameter${more === 1 ? "" : "s"}` : undefined,
  };
}

export function titleOf({ title, rows }: ParamTableData): string {
  return title ?? `ParamStore: ${rows.length} parameter${rows.length === 1 ? "" : "s"}`;
}

export function isBad({ mean, sd }: ParamRow): boolean {
  return !Number.isFinite(mean) || !Number.isFinite(sd);
}

export function courseInWords({ history, mean }: ParamRow): string {
  const first = Array.from(history).find(Number.isFinite);
  return first === undefined
    ? `mean ${formatNumber(mean)}`
    : `mean from ${formatNumber(first)} to ${formatNumber(mean)}`;
}
