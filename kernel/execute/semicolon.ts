import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";

/**
 * Whether the cell's text ends with a semicolon, which hides its result. The JavaScript cannot tell, because esbuild
 * writes one everywhere; so the last token that the source map knows is found, and what follows it is read.
 */
export function endsWithSemicolon(source: string, map: string): boolean {
  let [line, column] = [1, 0];
  eachMapping(new TraceMap(map), (one) => {
    const { originalLine, originalColumn } = one;
    if (originalLine === null || originalColumn === null) return;
    if (originalLine > line || (originalLine === line && originalColumn > column))
      [line, column] = [originalLine, originalColumn];
  });
  const before = source.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0) + column;
  return lastCharacter(source.slice(start)) === ";";
}

/** The last character of code, given text that begins at a token. */
function lastCharacter(text: string): string {
  let last = "";
  const token =
    /\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|^\/(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\[])+\/\w*|\s+|[\s\S]/g;
  for (const [found] of text.matchAll(token)) {
    if (found.startsWith("//") || found.startsWith("/*") || found.trim() === "") continue;
    last = found.at(-1) ?? "";
  }
  return last;
}
