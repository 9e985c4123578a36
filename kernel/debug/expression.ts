import { parse } from "acorn";
import { internalName } from "../execute/names.ts";
import { analyzeScopes } from "../execute/scope.ts";
import { stripTypes } from "../execute/transpile.ts";

/** Names as a piece of the user's TypeScript may mean them. */
export interface Names {
  /** Declared by cells. */
  readonly notebook: ReadonlySet<string>;
  /** Of the function that stands still; they hide the notebook's. */
  readonly local: ReadonlySet<string>;
}

/**
 * An expression, or statements, of the user's as V8 takes it: without types, and with the names that V8 knows.
 * @throws SyntaxError
 */
export function toJavaScript(text: string, { notebook, local }: Names): string {
  const source = attempt(`(${text}\n)`) ?? attempt(text);
  // What cannot be read is left to V8, which says why.
  if (source === undefined) return text;
  const { code, occurrences } = source;
  let written = "";
  let end = 0;
  for (const one of [...occurrences].sort((a, b) => a.start - b.start)) {
    const to = notebook.has(one.name) && !local.has(one.name) ? internalName(one.name) : one.name;
    written += code.slice(end, one.start) + (to !== one.name && one.shorthand ? `${one.name}: ${to}` : to);
    end = one.end;
  }
  return written + code.slice(end);
}

function attempt(text: string) {
  const code = stripTypes(text)?.code;
  if (code === undefined) return undefined;
  try {
    const program = parse(code, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowAwaitOutsideFunction: true,
    });
    return { code, occurrences: analyzeScopes(program).occurrences };
  } catch {
    return undefined;
  }
}

/** The text of a log message, with `{expression}` in it, as an expression. */
export function logExpression(message: string, names: Names): string {
  const parts = message.split(/\{([^{}]+)\}/);
  const list = parts.map((part, i) => (i % 2 === 0 ? JSON.stringify(part) : toJavaScript(part, names)));
  // Numbers and objects are printed as console.log does.
  return `(console.log("%s".repeat(${list.length}), ${list.join(", ")}), false)`;
}
