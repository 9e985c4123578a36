import { conventionBundle } from "./convention.ts";
import { errorHtml } from "./error.ts";
import { imageBundle } from "./images.ts";
import { mathBundle } from "./math.ts";
import { numbersHtml, typedArrayNumbers } from "./numbers.ts";
import { isObject } from "./reading.ts";
import { tableHtml, tableText } from "./table.ts";
import { naturalTable } from "./table-data.ts";
import { isTensor, tensorHtml, tensorText } from "./tensor.ts";
import { plainText } from "./text.ts";
import { treeHtml } from "./tree.ts";

export type MimeBundle = Record<string, unknown>;

/** Shows one kind of value; undefined for all others. */
export type Viewer = (value: object) => MimeBundle | Promise<MimeBundle | undefined> | undefined;

const registered: Viewer[] = [];

/** Values that only another room knows, as those of the library. The latest is asked first. */
export function addViewer(viewer: Viewer): void {
  registered.unshift(viewer);
}

/** From the particular to the general; the tree shows whatever is left. */
const viewers: readonly Viewer[] = [
  conventionBundle,
  imageBundle,
  mathBundle,
  asError,
  asNumbers,
  asTable,
  asTree,
];

/** A value that does not show itself, in the way of its kind: always with text, as HTML where that says more. */
export function bundleFor(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (!isObject(value)) return { "text/plain": plainText(value) };
  // A tensor that cannot be read says why: a program that is being compiled hears of it.
  if (isTensor(value)) return withHtml(tensorText(value), tensorHtml(value));
  return attempt([...registered, ...viewers], value);
}

function attempt(list: readonly Viewer[], value: object): MimeBundle | Promise<MimeBundle> {
  for (const [i, viewer] of list.entries()) {
    try {
      const shown = viewer(value);
      if (shown instanceof Promise) {
        const next = () => attempt(list.slice(i + 1), value);
        return shown.then((one) => (one === undefined ? next() : withText(one, value)), next);
      }
      if (shown !== undefined) return withText(shown, value);
    } catch {
      // What a value says of itself may fail: it is shown in a more general way.
    }
  }
  return { "text/plain": plainText(value) };
}

const withText = (bundle: MimeBundle, value: unknown): MimeBundle =>
  "text/plain" in bundle || Object.keys(bundle).length === 0
    ? bundle
    : { ...bundle, "text/plain": plainText(value) };

const withHtml = (text: string, html: string | undefined): MimeBundle =>
  html === undefined ? { "text/plain": text } : { "text/html": html, "text/plain": text };

function asError(value: object): MimeBundle | undefined {
  const html = errorHtml(value);
  return html === undefined ? undefined : withHtml(plainText(value), html);
}

function asNumbers(value: object): MimeBundle | undefined {
  const numbers = typedArrayNumbers(value, plainText(value));
  return numbers === undefined ? undefined : withHtml(numbers.text, numbersHtml(numbers));
}

function asTable(value: object): MimeBundle | undefined {
  const data = naturalTable(value);
  if (data === undefined) return undefined;
  // What was written as a literal is read as one; data that were loaded are a table in a terminal too.
  const literal = Array.isArray(value) && !Object.hasOwn(value, "columns") && value.length <= 20;
  return withHtml(literal ? plainText(value) : tableText(data), tableHtml(data));
}

function asTree(value: object): MimeBundle {
  return withHtml(plainText(value), treeHtml(value));
}
