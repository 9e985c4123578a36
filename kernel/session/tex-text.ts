/**
 * What is put into TeX. A string is text and escaped, unless it can only be TeX: it has a command, a group in braces,
 * a power, or the tie that mathjs writes for a product (`2~ x`). So what `toTex()` wrote comes through, and a name with
 * `_` in it or a share of 5 % is no formula.
 */
export function texOf(text: string): string {
  return isTex(text) ? text : escapeTex(text);
}

/** TeX of what can write itself as TeX: expressions of mathjs, formulas. */
export function ownTex(value: unknown): string | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  if (!("toTex" in value) || typeof value.toTex !== "function") return undefined;
  const source: unknown = value.toTex();
  return typeof source === "string" ? source.trim() : undefined;
}

function isTex(text: string): boolean {
  return /\\[a-zA-Z_%&#$]|[{}]|\S\^\S|\S~ \S/.test(text) && isBalanced(text) && !reaching.test(text);
}

/** Commands that reach out of a formula, into the page or into later formulas: data has no use for them. */
const reaching =
  /\\(?:href|url|require|class|style|cssId|data|html\w*|[gex]?def|let|(?:re)?newcommand)(?![a-zA-Z])/;

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const [one] of text.matchAll(/\\[\s\S]|[{}]/g)) {
    if (one === "{") depth++;
    else if (one === "}" && --depth < 0) return false;
  }
  return depth === 0;
}

const symbols: Record<string, string> = { "\\": "\\backslash ", "~": "\\sim ", "^": "\\wedge " };
const escapeTex = (text: string) => text.replace(/[\\{}$&#^_%~]/g, (one) => symbols[one] ?? `\\${one}`);
