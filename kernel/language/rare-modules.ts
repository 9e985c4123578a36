import ts from "#typescript";

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

const EMPTY = { version: "not read", snapshot: ts.ScriptSnapshot.fromString("") };

/** For every service of this process, as the files that they have in common. */
let read = false;

/** What stands for a file of types until something is imported. */
export function unread(path: string): typeof EMPTY | undefined {
  if (read) return undefined;
  const name = /\/node_modules\/@types\/node\/([\w.]+)\.d\.ts$/.exec(path)?.[1];
  return name !== undefined && RARE.has(name) ? EMPTY : undefined;
}

export function mayImport(words: ReadonlySet<string>): boolean {
  return LEADING.some((word) => words.has(word));
}

export function readRareModules(): void {
  read = true;
}
