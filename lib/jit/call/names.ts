/** The names in a function's text, which may be those of variables around it. */
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum export extends " +
    "false finally for function if implements import in instanceof interface let new null of package private " +
    "protected public return static super switch this throw true try typeof var void while with yield undefined"
  ).split(" "),
);

export const textOf = (f: object): string => Function.prototype.toString.call(f);

/** Names in a function's text that may be variables of the scopes around it. */
export function namesIn(f: object): string[] {
  const text = textOf(f);
  const own = /^class\b/.test(text) ? new Set<string>() : parametersOf(text);
  return [...new Set(text.match(WORD))].filter((name) => !RESERVED.has(name) && !own.has(name));
}

/** The plain parameters of a function. Others, and variables that it declares, do no harm among the captured ones. */
function parametersOf(text: string): Set<string> {
  const single = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(text)?.[1];
  if (single !== undefined) return new Set([single]);
  const found = new Set<string>();
  let depth = 0;
  let piece = "";
  for (const character of text.slice(text.indexOf("(") + 1)) {
    if (depth === 0 && (character === "," || character === ")")) {
      const name = /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:=|$)/u.exec(piece)?.[1];
      if (name !== undefined) found.add(name);
      piece = "";
      if (character === ")") return found;
      continue;
    }
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    piece += character;
  }
  return found;
}
