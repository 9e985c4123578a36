/** The file format of Observable's notebooks: a page of `<script>`s, one a cell. */
import type { Cell, Notebook } from "./notebook.ts";

const TYPES = { code: "text/x-typescript", markdown: "text/markdown" } as const;

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
const unescaped = (text: string): string =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

/** A cell may hold what would end its script. */
const guarded = (text: string): string => text.replace(/<(?=\\*\/script(\s|>))/gi, "<\\");
const unguarded = (text: string): string => text.replace(/<\\(?=\\*\/script(\s|>))/gi, "<");

export function writeObservable({ title, cells }: Notebook): string {
  const scripts = cells.map(({ id, kind, source, tags }, i) => {
    const attributes = [
      `id="${i + 1}"`,
      `type="${TYPES[kind]}"`,
      `data-cell="${escaped(id)}"`,
      ...(tags.length > 0 ? [`data-tags="${escaped(tags.join(" "))}"`] : []),
      ...(kind === "code" ? ["pinned"] : []),
    ];
    const lines = guarded(source)
      .split("\n")
      .map((line) => (line.trim() === "" ? "" : `    ${line}`));
    return `  <script ${attributes.join(" ")}>\n${lines.join("\n")}\n  </script>`;
  });
  return [
    "<!doctype html>",
    '<notebook theme="air">',
    `  <title>${escaped(title)}</title>`,
    ...scripts,
    "</notebook>",
    "",
  ].join("\n");
}

/** @throws Error where the text is no notebook of Observable's */
export function readObservable(text: string, name: string): Notebook {
  if (!/<notebook[\s>]/.test(text))
    throw new Error(`${name} is no notebook of Observable's: there is no <notebook>`);
  const cells: Cell[] = [];
  for (const [, attributes = "", body = ""] of text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const of = (key: string) => unescaped(new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const type = of("type");
    const kind =
      type === TYPES.markdown ? "markdown" : /typescript|module|^$/.test(type) ? "code" : undefined;
    if (kind === undefined) continue;
    const lines = unguarded(body).split("\n").slice(1, -1);
    const source = lines.map((line) => line.replace(/^ {4}/, "")).join("\n");
    const tags = of("data-tags")
      .split(" ")
      .filter((tag) => tag !== "");
    cells.push({ id: of("data-cell") || `cell-${cells.length + 1}`, kind, source, tags });
  }
  return { title: unescaped(/<title>([^<]*)<\/title>/.exec(text)?.[1] ?? name), cells };
}
