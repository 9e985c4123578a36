import { accessed, dataOf, isObject, isPlainObject } from "../display/reading.ts";
import { bundleFor, type MimeBundle } from "../display/viewers.ts";

export type { MimeBundle } from "../display/viewers.ts";

const displaySymbol = Symbol.for("Jupyter.display");
const liveSymbol = Symbol.for("tspyro.live");

/** A value that replaces its own output later: it is shown as a display, also where it is a cell's result. */
export function isLive(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof dataOf(value, displaySymbol) === "function" &&
    accessed(value, liveSymbol) === true
  );
}

/**
 * How a value shows itself: by `Symbol.for("Jupyter.display")`, as a bundle of MIME types, as HTML or SVG; otherwise in
 * the way of its kind. An empty bundle shows nothing.
 */
export function mimeBundle(value: unknown, displayId?: string): MimeBundle | Promise<MimeBundle> {
  if (!isObject(value)) return bundleFor(value);
  const method = dataOf(value, displaySymbol);
  if (typeof method === "function") {
    const shown = (method as (context: { displayId?: string }) => unknown).call(
      value,
      displayId === undefined ? {} : { displayId },
    );
    return shown instanceof Promise ? shown.then((one) => ownBundle(one, value)) : ownBundle(shown, value);
  }
  if (isBundle(value)) return value;
  const html = markupOf(value);
  if (html !== undefined) return { "text/html": html, "text/plain": `<${tagOf(value)}>` };
  return bundleFor(value);
}

function ownBundle(shown: unknown, value: unknown): MimeBundle | Promise<MimeBundle> {
  return isObject(shown) ? (shown as MimeBundle) : bundleFor(value);
}

/** `{ "text/html": "...", "text/plain": "..." }` */
function isBundle(value: object): value is MimeBundle {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^(text|image|application|audio|video)\/[\w.+-]+$/.test(key));
}

/** Of an element; libraries of documents have it as an accessor of their classes. */
function markupOf(value: object): string | undefined {
  const html = accessed(value, "outerHTML");
  return typeof html === "string" ? html : undefined;
}

function tagOf(value: object): string {
  const name = accessed(value, "tagName");
  return typeof name === "string" ? name.toLowerCase() : "html";
}
