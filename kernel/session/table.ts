import { tableHtml, tableText } from "../display/table.ts";
import { tableOf } from "../display/table-data.ts";
import type { Markup, TableOptions } from "../language/notebook-globals.ts";
import { htmlMarkup } from "./markup.ts";

/** Rows (objects, arrays, a tensor of rank 2), columns, or an Arrow table, as a table. */
export function table(rows: object, { columns, ...look }: TableOptions = {}): Markup {
  const data = tableOf(rows, columns);
  return htmlMarkup(tableHtml(data, look), tableText(data, look));
}
