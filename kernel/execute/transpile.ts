import { createRequire, stripTypeScriptTypes } from "node:module";
import type { Message, TransformOptions } from "esbuild";
import { CellSyntaxError } from "./syntax-error.ts";

/** A cell without what is TypeScript's in it. */
export interface Transpiled {
  readonly code: string;
  /** Source map from `code` to the cell, as JSON; undefined where every character is where it was. */
  readonly map: string | undefined;
}

/**
 * Deeper than anybody writes. A stack that overflows in Node's stripper leaves it broken for the rest of the process,
 * and what esbuild takes grows with the third power of the depth: half a minute for a thousand blocks.
 */
const deepest = 200;

export function isDeep(source: string): boolean {
  let [depth, most] = [0, 0];
  for (const character of source) {
    if ("([{".includes(character)) most = Math.max(most, ++depth);
    else if (")]}".includes(character)) depth--;
  }
  return most > deepest;
}

/** Types become spaces (0.1 ms); undefined where the cell has more of TypeScript than types, or is wrong. */
export function stripTypes(source: string): Transpiled | undefined {
  try {
    return { code: stripTypeScriptTypes(source), map: undefined };
  } catch {
    return undefined;
  }
}

const options: TransformOptions = {
  loader: "ts",
  target: "esnext",
  // acorn does not parse decorators; V8 has no `using` at the top level.
  supported: { decorators: false, using: false },
  sourcemap: "external",
  sourcesContent: false,
  sourcefile: "cell.ts",
  charset: "utf8",
  logLevel: "silent",
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
};

/** Loaded when first needed: it takes 20 ms and starts a process. */
let esbuild: typeof import("esbuild") | undefined;

/** Enums, decorators, `using` and all else that is more than types; and errors that say where. @throws CellSyntaxError */
export async function transpile(source: string): Promise<Transpiled> {
  // Not by `import`: one that an interrupt ends half-way would never settle again.
  esbuild ??= createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { transform } = esbuild;
  try {
    const { code, map } = await transform(source, options);
    return { code, map };
  } catch (error) {
    const messages = (error as { errors?: readonly Message[] }).errors;
    const [first] = messages ?? [];
    if (first === undefined) throw error;
    throw syntaxError(first);
  }
}

const inferInTypes =
  "In types `infer` is a keyword of TypeScript, not the library's module: leave it out, as in `AutoNormal<[]>`, or write `pyro.infer.AutoNormal<[]>`.";

function syntaxError({ text, location }: Message): CellSyntaxError {
  if (location === null) return new CellSyntaxError(text);
  // esbuild counts the bytes of a column.
  const before = Buffer.from(location.lineText, "utf8").subarray(0, location.column);
  const column = before.toString("utf8").length + 1;
  const told = before.toString("utf8").endsWith("infer") ? `${text}. ${inferInTypes}` : text;
  return new CellSyntaxError(told, { line: location.line, column, length: Math.max(1, location.length) });
}
