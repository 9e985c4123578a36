/**
 * The notebook's own helpers, as types: what a cell sees beside the library.
 * `kernel/session` implements them; `satisfies typeof import("./notebook-globals.ts")` holds the two together.
 */

/** A shown value that can be replaced later. */
export interface DisplayHandle {
  readonly displayId: string;
  /** Shows `value` in place of what was shown, in every output that carries this display. */
  update(value: unknown): void;
}

export interface DisplayOptions {
  /** A name of your own choice: a later `display` with the same one and `update` reach the same output. */
  displayId?: string;
}

/** A piece of HTML, SVG, Markdown or TeX that shows itself. */
export interface Markup {
  /** The source, with interpolated values escaped. */
  readonly source: string;
  toString(): string;
}

/** A template tag; interpolated values are escaped. */
export type MarkupTag = (strings: TemplateStringsArray, ...values: unknown[]) => Markup;

/** What `onCellStart` tells about a cell. */
export interface CellEvent {
  readonly code: string;
  readonly cellId?: string;
  readonly executionCount: number;
  /** The cell's tags, as one gives them in the notebook. */
  readonly tags: readonly string[];
  /** Of a cell that runs beside the notebook's: the id of its subshell. */
  readonly subshell?: string;
}

/** What `onCellEnd` tells beside that. */
export interface CellEnd extends CellEvent {
  readonly status: "ok" | "error";
}

/** Shows a value under the cell: figures, tables, tensors, anything with a picture of itself. */
export declare function display(value: unknown, options?: DisplayOptions): DisplayHandle;

/** Removes what the cell has shown so far; with `wait`, when the next thing is shown. */
export declare function clearOutput(options?: { wait?: boolean }): void;

/** Asks the reader for a line of text. Returns when it is given. */
export declare function prompt(text?: string, options?: { password?: boolean }): string;

/** Asks a yes-or-no question. */
export declare function confirm(text?: string): boolean;

/**
 * Puts text into a new cell under this one, when this one is through; with `replace`, into this one. Front ends that
 * have no cells put it where one types next.
 */
export declare function setNextInput(text: string, options?: { replace?: boolean }): void;

/** Calls `listener` before every cell. Returns a function that ends it. */
export declare function onCellStart(listener: (cell: CellEvent) => void): () => void;

/** Calls `listener` after every cell, also after one that failed. Returns a function that ends it. */
export declare function onCellEnd(listener: (cell: CellEnd) => void): () => void;

/** Resolves when this cell runs again: the place to stop timers and close connections. */
export declare const invalidation: Promise<void>;

/** What `table` shows of its rows. */
export interface TableOptions {
  /** Columns to show, in this order. */
  columns?: readonly string[];
  /** Most rows to show (500; fewer where there are many columns). */
  limit?: number;
  /** Rows on a page (20). */
  pageSize?: number;
}

/** Shows a table: rows (objects or arrays), a tensor of rank 2, an object of columns, or a table of Arrow or Arquero. */
export declare function table(rows: object, options?: TableOptions): Markup;

/** A row of a file of separated values: texts, or with `typed` numbers, dates, booleans and null. */
// biome-ignore lint/suspicious/noExplicitAny: the types of columns are known to the file alone
export type DataRow = Record<string, any>;

/** How a file of separated values is read. */
export interface DsvOptions {
  /** Makes numbers, dates, booleans and null (for empty fields) of the texts. */
  typed?: boolean;
  /** Rows as arrays, the heading among them. */
  array?: boolean;
}

/** Rows with the names of their columns, in the order of the file. */
export type DataRows<Row> = Row[] & { readonly columns: string[] };

/** A table of Apache Arrow, as Flechette reads it: columns by name, rows by number. */
export interface ArrowTable extends Iterable<DataRow> {
  readonly numRows: number;
  readonly numCols: number;
  readonly names: string[];
  getChild(name: string): ArrowColumn | null | undefined;
  at(row: number): DataRow;
  get(row: number): DataRow;
  toArray(): DataRow[];
  /** Typed arrays where the column has no missing values. */
  // biome-ignore lint/suspicious/noExplicitAny: the types of columns are known to the file alone
  toColumns(): Record<string, any>;
}

export interface ArrowColumn extends Iterable<unknown> {
  readonly length: number;
  readonly nullCount: number;
  // biome-ignore lint/suspicious/noExplicitAny: the types of columns are known to the file alone
  at(row: number): any;
  // biome-ignore lint/suspicious/noExplicitAny: the types of columns are known to the file alone
  toArray(): any;
}

/** A file beside the notebook. Every method reads it anew. */
export interface FileHandle {
  /** As it was asked for. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  text(options?: { encoding?: string }): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a file of JSON holds is known to the file alone
  json<T = any>(): Promise<T>;
  csv(options: DsvOptions & { array: true }): Promise<unknown[][]>;
  csv<Row = DataRow>(options?: DsvOptions & { array?: false }): Promise<DataRows<Row>>;
  tsv(options: DsvOptions & { array: true }): Promise<unknown[][]>;
  tsv<Row = DataRow>(options?: DsvOptions & { array?: false }): Promise<DataRows<Row>>;
  dsv(options: DsvOptions & { delimiter?: string; array: true }): Promise<unknown[][]>;
  dsv<Row = DataRow>(options?: DsvOptions & { delimiter?: string; array?: false }): Promise<DataRows<Row>>;
  /** A file or stream of Arrow's IPC format (`.arrow`, `.feather` version 2), not compressed. */
  arrow(): Promise<ArrowTable>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array>;
  blob(): Promise<Blob>;
  stream(): ReadableStream<Uint8Array>;
  /** A picture that shows itself: PNG, JPEG, GIF, WebP or SVG. */
  image(): Promise<Markup>;
  /** The file as a `data:` URL, for `src` and `href` in HTML that outlives the kernel. */
  url(): Promise<string>;
}

/**
 * A file of the notebook's folder, as in Observable.
 * @example const rows = await FileAttachment("penguins.csv").csv({ typed: true });
 * @throws where there is no such file, naming those that are called nearly so
 */
export declare function FileAttachment(name: string | URL): FileHandle;

/** Markdown. Text that is put in is escaped; pieces of HTML and SVG, formulas and figures are taken as they are. */
export declare const md: MarkupTag;
/** HTML. Text that is put in is escaped; pieces of SVG, formulas and figures are taken as they are. */
export declare const html: MarkupTag;
/** SVG. */
export declare const svg: MarkupTag;
/**
 * TeX mathematics; backslashes need no escaping. Formulas and expressions of mathjs are put in as their TeX. A string
 * with a TeX command, a group in braces or a power is TeX, as `toTex()` writes it; other strings are text and escaped.
 * @example tex`\hat y = ${math.parse("a x^2 + b")}`
 */
export declare const tex: MarkupTag;
