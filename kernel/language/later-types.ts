/**
 * Types that are read when they are first needed, or when nobody waits: a quarter of what a notebook begins with.
 */
import ts from "#typescript";

export type Part = "modules" | "browser";

/**
 * Modules of Node whose types are a third of all that Node has, and that neither a global value nor the types of other
 * modules lead to. Nobody needs them before something is imported.
 */
const RARE: ReadonlySet<string> = new Set([
  ...["cluster", "http2", "https", "inspector", "inspector.generated"],
  ...["repl", "sqlite", "test", "zlib"],
]);

/** Words without which a cell has nothing of a module. */
const LEADING = ["import", "require", "getBuiltinModule"];

/** Words that lead to an element of a page. */
const OF_PAGES = /^(?:document|window|Plot|(?:HTML|SVG)\w*)$/;

const EMPTY = { version: "not read", snapshot: ts.ScriptSnapshot.fromString("") };

/** For every service of this process, as the files that they have in common. */
const read = new Set<Part>();

/** What stands for a file of types until it is read. */
export function unread(path: string): typeof EMPTY | undefined {
  const part = partOf(path);
  return part === undefined || read.has(part) ? undefined : EMPTY;
}

function partOf(path: string): Part | undefined {
  if (/\/typescript\/lib\/lib\.dom(?:\.\w+)?\.d\.ts$/.test(path)) return "browser";
  const name = /\/node_modules\/@types\/node\/([\w.]+)\.d\.ts$/.exec(path)?.[1];
  return name !== undefined && RARE.has(name) ? "modules" : undefined;
}

/** What a cell needs, by its words: one that is to be checked needs a page's types, for Plot's are made of them. */
export function partsFor(words: ReadonlySet<string>, { checked }: { checked: boolean }): Part[] {
  const parts: Part[] = [];
  if (LEADING.some((word) => words.has(word))) parts.push("modules");
  if (checked || [...words].some((word) => OF_PAGES.test(word))) parts.push("browser");
  return parts;
}

export function readTypes(parts: Iterable<Part>): void {
  for (const part of parts) read.add(part);
}
