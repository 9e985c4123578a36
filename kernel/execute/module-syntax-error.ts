import { relative } from "node:path";
import type { BuildFailure } from "esbuild";

/** What esbuild says of a local module that is no TypeScript, as an error that shows the place in the file. */
export function moduleSyntaxError(failure: unknown, file: string): unknown {
  const [first] = (failure as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return failure;
  const { text, location } = first;
  const name = relative(process.cwd(), file);
  if (location === null) return new SyntaxError(`${text} in ${name}`);
  const { line, lineText } = location;
  // esbuild counts columns in bytes of UTF-8.
  const before = Buffer.from(lineText).subarray(0, location.column).toString();
  const gap = before.replace(/[^\t]/g, " ");
  const margin = " ".repeat(String(line).length);
  return new SyntaxError(
    `${text} in ${name}, line ${line}, column ${before.length + 1}\n  ${line} | ${lineText}\n  ${margin} | ${gap}^`,
  );
}
