import { textOf } from "../call/names.ts";

/**
 * For where nobody can look into closures: a variable that a function, by its text, counts up or collects in, and that
 * is not its own.
 */
export function writesOutside(functions: readonly unknown[]): string | undefined {
  for (const f of functions) {
    if (typeof f !== "function") continue;
    const text = textOf(f);
    const declared = new Set([...text.matchAll(DECLARED)].map(([, name]) => name));
    for (const [, before, after] of text.matchAll(WRITES)) {
      const name = before ?? after;
      if (name !== undefined && !declared.has(name)) return name;
    }
  }
  return undefined;
}

const DECLARED = /\b(?:let|const|var)\s+([\w$]+)/g;
const WRITES =
  /(?:\+\+|--)\s*([\w$]+)|([\w$]+)(?:\[[^\]]*\]|\.[\w$#]+)*\s*(?:\+\+|--|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=|\.(?:push|pop|shift|unshift|splice|next)\()/g;
