import { types } from "node:util";
import { classOf, dataOf, isObject, isPlainObject, ownRead } from "./reading.ts";
import { isTensor } from "./tensor.ts";

/** Rows and columns, wherever the values are. */
export interface TableData {
  readonly columns: readonly string[];
  readonly rows: number;
  at(row: number, column: string): unknown;
}

/** Rows that are looked at for the names of columns. */
const looked = 1000;

/** Objects, arrays or single values as rows. */
export function tableOfRows(rows: readonly unknown[], columns?: readonly string[]): TableData {
  const names = columns ?? columnsOf(rows);
  return {
    columns: names,
    rows: rows.length,
    at: (row, column) => {
      const own = rows[row];
      if (!isRecord(own)) return column === "value" ? own : undefined;
      if (types.isProxy(own)) return (own as Record<string, unknown>)[column];
      const read = ownRead(own, column);
      // Rows of Arrow and instances of classes have their columns as accessors of the class.
      if (read === undefined && column in own) return (own as Record<string, unknown>)[column];
      return read !== undefined && "value" in read ? read.value : undefined;
    },
  };
}

function columnsOf(rows: readonly unknown[]): string[] {
  const named = dataOf(rows, "columns");
  if (Array.isArray(named) && named.every((name) => typeof name === "string")) return named;
  const names = new Set<string>();
  for (const row of rows.slice(0, looked)) {
    if (isRecord(row)) for (const name of Object.keys(row)) names.add(name);
    else names.add("value");
  }
  return [...names];
}

/** One array or typed array for each column. */
export function tableOfColumns(columns: Readonly<Record<string, ArrayLike<unknown>>>): TableData {
  const names = Object.keys(columns);
  return {
    columns: names,
    rows: Math.max(0, ...names.map((name) => columns[name]?.length ?? 0)),
    at: (row, column) => columns[column]?.[row],
  };
}

/** A table of Arrow (Flechette's, Apache's) or of Arquero, by what it can do. */
export function arrowTable(value: unknown): TableData | undefined {
  if (!isObject(value) || types.isProxy(value)) return undefined;
  const table = value as ArrowLike;
  const schema = classOf(value)?.includes("Table") === true ? read(() => table.schema) : undefined;
  if (schema !== undefined && Array.isArray(schema.fields) && typeof table.getChild === "function") {
    const names = schema.fields.map(({ name }) => String(name));
    const children = new Map(names.map((name) => [name, table.getChild?.(name)]));
    const at = (row: number, name: string) => fromArrow(children.get(name), row);
    return { columns: names, rows: Number(table.numRows), at };
  }
  if (typeof table.columnNames === "function" && typeof table.numRows === "function") {
    const count = table.numRows as () => number;
    const names = table.columnNames.call(table);
    return {
      columns: names,
      rows: count.call(table),
      at: (row, name) => table.get?.call(table, name as never, row as never),
    };
  }
  return undefined;
}

interface Column {
  at?(row: number): unknown;
  get?(row: number): unknown;
}
interface ArrowLike {
  schema?: { fields: { name: unknown }[] };
  numRows?: number | (() => number);
  getChild?(name: string): Column | null | undefined;
  columnNames?(): string[];
  get?(name: string, row: number): unknown;
}

const fromArrow = (column: Column | null | undefined, row: number) =>
  typeof column?.get === "function" ? column.get(row) : column?.at?.(row);

function read<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}

/** What `table(...)` is given. */
export function tableOf(value: unknown, columns?: readonly string[]): TableData {
  const arrow = arrowTable(value);
  if (arrow !== undefined) return columns === undefined ? arrow : { ...arrow, columns };
  if (isTensor(value)) return tableOfRows(value.arraySync() as unknown[], columns);
  if (isPlainObject(value) && !(Symbol.iterator in value)) {
    const all = tableOfColumns(value as Record<string, ArrayLike<unknown>>);
    return columns === undefined ? all : { ...all, columns };
  }
  const rows = Array.isArray(value) ? value : [...(value as Iterable<unknown>)];
  return tableOfRows(rows, columns);
}

/** A value that is a table without being said to be one: records of plain values, columns of typed arrays. */
export function naturalTable(value: unknown): TableData | undefined {
  if (Array.isArray(value)) return isRecords(value) ? tableOfRows(value) : undefined;
  if (isPlainObject(value)) return isColumns(value) ? tableOfColumns(value) : undefined;
  return arrowTable(value);
}

function isRecords(rows: readonly unknown[]): boolean {
  if (Array.isArray(dataOf(rows, "columns")) && rows.every(isPlainObject)) return true;
  if (rows.length < 2) return false;
  const first = rows[0];
  if (!isPlainObject(first)) return false;
  const names = Object.keys(first);
  if (names.length === 0 || names.length > 100) return false;
  // The rows look alike and hold nothing that wants unfolding.
  return rows.slice(0, 100).every((row) => {
    if (!isPlainObject(row)) return false;
    const own = Object.keys(row);
    if (!own.some((name) => names.includes(name))) return false;
    return own.every((name) => isCell(ownRead(row, name)));
  });
}

const isCell = (read: ReturnType<typeof ownRead>) =>
  read !== undefined && "value" in read && (!isObject(read.value) || types.isDate(read.value));

function isColumns(value: Record<string, unknown>): value is Record<string, ArrayLike<unknown>> {
  const reads = Object.keys(value).map((name) => ownRead(value, name));
  if (reads.length < 2 || reads.length > 100) return false;
  const columns = reads.map((one) => (one !== undefined && "value" in one ? one.value : undefined));
  const [first] = columns;
  return columns.every(
    (one) => types.isTypedArray(one) && one.length > 0 && one.length === (first as Float64Array).length,
  );
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !types.isDate(value);
}
