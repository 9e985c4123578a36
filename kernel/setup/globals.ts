// `dist/globals.d.ts`: what a notebook has in scope, for editors that look at cells with a TypeScript of their own.
import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { LIBRARY_NAME, NOTEBOOK_NAMES, PRELUDE_MODULES, WIDGET_NAMES } from "../language/prelude-names.ts";
import { writeIfDifferent } from "./files.ts";

const head = `// Every name that a notebook of the kernel "TypeScript (Pyro)" has in scope without an import. Made by the build.
// An editor with a TypeScript of its own learns them by a line in the first cell, or by "files" in its tsconfig.json:
/// <reference path="./globals-math.d.ts" />
/// <reference lib="esnext" />
/// <reference lib="dom" />
/// <reference types="node" />
`;

/** mathjs declares a global of that name, which modules may not use, unless a script has declared it before. */
const mathText = 'declare const math: typeof import("mathjs");\n';

/**
 * The text of dist/globals.d.ts.
 * @param root the project's folder, its dist built
 */
export function globalsText(root: string): string {
  const file = join(root, "dist/lib/index.d.ts");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    typeRoots: [join(root, "node_modules/@types")],
    types: ["node"],
  };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${file} is no module.`);
  const taken = new Map(
    checker
      .getSymbolsInScope(source, ts.SymbolFlags.Value)
      .map(({ name, flags }) => [name, (flags & ts.SymbolFlags.Function) !== 0] as const),
  );
  const own = new Set<string>([
    ...WIDGET_NAMES,
    LIBRARY_NAME,
    ...Object.keys(PRELUDE_MODULES),
    ...NOTEBOOK_NAMES,
  ]);
  const lines: string[] = [];
  for (const symbol of checker.getExportsOfModule(module)) {
    const { name } = symbol;
    if (name === "default" || own.has(name)) continue;
    const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    lines.push(isTypeOnly(symbol, meant) ? typeAlias(name, meant) : alias(name, LIBRARY_NAME, taken));
  }
  lines.push(...WIDGET_NAMES.map((name) => alias(name, "widgets", taken)));
  lines.push(...NOTEBOOK_NAMES.map((name) => alias(name, "notebook", taken)));
  const modules = [LIBRARY_NAME, ...Object.keys(PRELUDE_MODULES)].filter((name) => name !== "math");
  lines.push(...modules.map((name) => `  export import ${name} = __${name};`));
  const imports = Object.entries(PRELUDE_MODULES).flatMap(([name, from]) =>
    name === "math"
      ? []
      : `import * as __${name} from "${from === "tspyro/widgets" ? "./widgets/index.js" : from}";`,
  );
  return [
    head,
    `import * as __${LIBRARY_NAME} from "./lib/index.js";`,
    ...imports,
    'import * as __notebook from "./kernel/language/notebook-globals.js";',
    "",
    "declare global {",
    ...lines,
    "}",
    "",
  ].join("\n");
}

/** What has no value, or is exported as a type only. */
function isTypeOnly(symbol: ts.Symbol, meant: ts.Symbol): boolean {
  if ((meant.flags & ts.SymbolFlags.Value) === 0) return true;
  return (symbol.declarations ?? []).some((one) => ts.isTypeOnlyImportOrExportDeclaration(one));
}

function typeAlias(name: string, meant: ts.Symbol): string {
  const [declaration] = (meant.declarations ?? []) as (ts.Declaration & {
    typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration>;
  })[];
  const parameters = declaration?.typeParameters ?? [];
  if (parameters.length === 0) return `  type ${name} = __${LIBRARY_NAME}.${name};`;
  const head = parameters.map((one) => one.getText()).join(", ");
  const names = parameters.map((one) => one.name.text).join(", ");
  return `  type ${name}<${head}> = __${LIBRARY_NAME}.${name}<${names}>;`;
}

/**
 * A function that browsers have too keeps their meaning beside the notebook's. A variable of Node's (`module`) cannot be
 * declared again: the notebook's is there as a member of `pyro`.
 */
function alias(name: string, from: string, taken: ReadonlyMap<string, boolean>): string {
  const callable = taken.get(name);
  if (callable === undefined) return `  export import ${name} = __${from}.${name};`;
  if (!callable) return `  // ${name}: Node's own; the notebook's is ${from}.${name}`;
  const parameters = `...args: Parameters<typeof __${from}.${name}>`;
  return `  function ${name}(${parameters}): ReturnType<typeof __${from}.${name}>;`;
}

/** Writes dist/globals.d.ts where dist is built; says whether it changed. */
export function writeGlobals(root: string): boolean {
  if (!existsSync(join(root, "dist/lib/index.d.ts"))) return false;
  const changed = writeIfDifferent(join(root, "dist/globals-math.d.ts"), mathText);
  return writeIfDifferent(join(root, "dist/globals.d.ts"), globalsText(root)) || changed;
}
