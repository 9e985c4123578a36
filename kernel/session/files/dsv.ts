import type { DataRow, DataRows, DsvOptions } from "../../language/notebook-globals.ts";

/** Separated values by d3-dsv, which is what Observable's FileAttachment reads with; loaded when first used. */
export async function parseDsv(
  text: string,
  delimiter: string,
  { typed = false, array = false }: DsvOptions = {},
): Promise<DataRows<DataRow> | unknown[][]> {
  const { autoType, dsvFormat } = await import("d3-dsv");
  const format = dsvFormat(delimiter);
  // A byte order mark would become part of the first column's name.
  const source = text.replace(/^\ufeff/, "");
  if (array) return typed ? format.parseRows(source, autoTyped) : format.parseRows(source);
  return (typed ? format.parse(source, autoType) : format.parse(source)) as DataRows<DataRow>;

  function autoTyped(row: string[], i: number): unknown[] {
    // The heading stays text.
    return i === 0 ? row : (autoType(row as never) as unknown[]);
  }
}
