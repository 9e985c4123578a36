import { escapeHtml } from "../display/escape.ts";
import type { Markup, MarkupTag } from "../language/notebook-globals.ts";
import { ownTex, texOf } from "./tex-text.ts";

type Mime = "text/html" | "image/svg+xml" | "text/markdown" | "text/latex";

/** A piece of text with its kind. Put into a template of the same kind it is taken as it is. */
class Piece implements Markup {
  readonly source: string;
  readonly #bundle: Record<string, string>;
  readonly mime: Mime;

  constructor(source: string, mime: Mime, bundle: Record<string, string>) {
    this.source = source;
    this.mime = mime;
    this.#bundle = bundle;
  }

  toString(): string {
    return this.source;
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { ...this.#bundle, "text/plain": this.source };
  }
}

interface Kind {
  mime: Mime;
  quote(text: string): string;
  bundle(source: string): Record<string, string>;
  /** Other kinds that may stand in this one as they are. */
  holds?: readonly Mime[];
  /** TeX as it stands in this kind, where it can. */
  formula?(source: string): string;
  /** What becomes of a text of the template as it was written; without it, of what JavaScript makes of it. */
  written?(text: string): string;
}

function tag({ mime, quote, bundle, holds = [], formula, written }: Kind): MarkupTag {
  const show = (value: unknown): string => {
    if (value instanceof Piece) {
      if (value.mime === mime || holds.includes(value.mime)) return value.source;
      if (value.mime === "text/latex" && formula) return formula(value.source);
    }
    if (Array.isArray(value)) return value.map(show).join("");
    const own = formula && ownTex(value);
    if (own !== undefined && formula) return formula(own);
    if (typeof value === "object" && value !== null && "outerHTML" in value && mime !== "text/latex")
      return String(value.outerHTML);
    return value === undefined || value === null || value === false ? "" : quote(String(value));
  };
  return (strings, ...values) => {
    const texts = written === undefined ? strings : strings.raw.map(written);
    const source = texts.map((text, i) => (i < values.length ? text + show(values[i]) : text)).join("");
    return new Piece(source, mime, bundle(source));
  };
}

const escapeMarkdown = (text: string) =>
  escapeHtml(text).replace(/[\\`*_{}[\]()#+\-.!|$~]/g, (one) => `\\${one}`);

export const html = tag({
  mime: "text/html",
  quote: escapeHtml,
  bundle: (source) => ({ "text/html": source }),
  holds: ["image/svg+xml"],
  formula: (source) => `$${escapeHtml(source)}$`,
});

/** SVG shows as HTML, which notebooks draw in line. */
export const svg = tag({
  mime: "image/svg+xml",
  quote: escapeHtml,
  bundle: (source) => ({ "text/html": /^\s*<svg[\s>]/.test(source) ? source : `<svg>${source}</svg>` }),
});

export const md = tag({
  mime: "text/markdown",
  quote: escapeMarkdown,
  bundle: (source) => ({ "text/markdown": source }),
  holds: ["text/html", "image/svg+xml"],
  formula: (source) => `$${source}$`,
  // The backslashes of `$\alpha$` stay; those that JavaScript wants before a backtick or a dollar go.
  written: (text) => text.replace(/\\([`$])/g, "$1"),
});

export const tex = tag({
  mime: "text/latex",
  quote: texOf,
  formula: (source) => source,
  bundle: (source) => ({ "text/latex": `$\\displaystyle ${source}$` }),
  written: (text) => text,
});

/** HTML with the text that stands for it where there is none. */
export function htmlMarkup(source: string, plain: string): Markup {
  return Object.assign(new Piece(source, "text/html", { "text/html": source }), {
    [Symbol.for("Jupyter.display")]: () => ({ "text/html": source, "text/plain": plain }),
  });
}
