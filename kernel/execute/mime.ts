import { inspect } from "node:util";

export type MimeBundle = Record<string, unknown>;

const displaySymbol = Symbol.for("Jupyter.display");
const liveSymbol = Symbol.for("tspyro.live");

/** A value that replaces its own output later: it is shown as a display, also where it is a cell's result. */
export function isLive(value: unknown): boolean {
  return isObject(value) && value[liveSymbol] === true;
}

/**
 * How a value shows itself: by `Symbol.for("Jupyter.display")`, as a bundle of MIME types, as HTML or SVG, or as text.
 * An empty bundle shows nothing.
 */
export function mimeBundle(value: unknown, displayId?: string): MimeBundle | Promise<MimeBundle> {
  if (!isObject(value)) return asText(value);
  const method = value[displaySymbol];
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
  return asText(value);
}

function ownBundle(shown: unknown, value: unknown): MimeBundle {
  return isObject(shown) ? (shown as MimeBundle) : asText(value);
}

export function plainText(value: unknown): string {
  return inspect(value, {
    colors: false,
    depth: 4,
    maxArrayLength: 100,
    maxStringLength: 10_000,
    breakLength: 100,
  });
}

function asText(value: unknown): MimeBundle {
  return { "text/plain": plainText(value) };
}

function isObject(value: unknown): value is Record<string | symbol, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** `{ "text/html": "...", "text/plain": "..." }` */
function isBundle(value: Record<string | symbol, unknown>): value is MimeBundle {
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^(text|image|application|audio|video)\/[\w.+-]+$/.test(key));
}

function markupOf(value: Record<string | symbol, unknown>): string | undefined {
  return typeof value.outerHTML === "string" ? value.outerHTML : undefined;
}

function tagOf(value: Record<string | symbol, unknown>): string {
  return typeof value.tagName === "string" ? value.tagName.toLowerCase() : "html";
}
