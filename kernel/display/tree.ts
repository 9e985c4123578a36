import { escapeHtml, formatCount } from "./escape.ts";
import { type Outline, outlineOf } from "./outline.ts";
import type { Piece } from "./pieces.ts";
import { isObject } from "./reading.ts";
import { page } from "./style.ts";

const classes: Readonly<Record<Piece["kind"], string>> = {
  number: "n",
  string: "s",
  keyword: "w",
  key: "k",
  muted: "m",
  plain: "",
};

/** An object as HTML to unfold, without any script; undefined for what one line says in full. */
export function treeHtml(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const outline = outlineOf(value);
  if (outline.entries.length === 0 && outline.body === undefined) return undefined;
  return page(rendered(outline, isWide(outline)));
}

/** A value whose first line leaves something out is open from the start. */
function isWide({ preview }: Outline): boolean {
  return preview.some(({ text }) => text.includes("…"));
}

export function rendered(outline: Outline, open = false): string {
  const { key, preview, body, entries, more } = outline;
  const head = `${key === undefined ? "" : `${spans(key)}: `}${spans(preview)}`;
  if (entries.length === 0 && body === undefined)
    return more > 0 ? `${head} <span class="m">(${formatCount(more)} not shown)</span>` : head;
  const items = entries.map((entry) => `<li>${rendered(entry)}</li>`);
  if (more > 0) items.push(`<li><span class="m">… ${formatCount(more)} more</span></li>`);
  const inner = body === undefined ? `<ul>${items.join("")}</ul>` : `<pre>${escapeHtml(body)}</pre>`;
  return `<details${open ? " open" : ""}><summary>${head}</summary>${inner}</details>`;
}

export function spans(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text, kind }) => {
      const safe = escapeHtml(text);
      return kind === "plain" ? safe : `<span class="${classes[kind]}">${safe}</span>`;
    })
    .join("");
}
