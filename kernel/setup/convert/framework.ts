/** A page of Observable Framework: markdown, with cells in fences. */
import type { Cell, Notebook } from "./notebook.ts";

const FENCE = /^```(?:js|ts)\n([\s\S]*?)^```$/gm;

/** The cells of a page in the order in which they stand; what is between them is markdown. */
export function readFramework(text: string, name: string): Notebook {
  const cells: Cell[] = [];
  const add = (kind: Cell["kind"], source: string) => {
    if (source.trim() === "") return;
    cells.push({ id: `cell-${cells.length + 1}`, kind, source: source.trim(), tags: [] });
  };
  let end = 0;
  for (const match of text.matchAll(FENCE)) {
    add("markdown", text.slice(end, match.index));
    add("code", match[1] ?? "");
    end = match.index + match[0].length;
  }
  add("markdown", text.slice(end));
  return { title: /^#\s+(.*)$/m.exec(text)?.[1] ?? name, cells };
}
