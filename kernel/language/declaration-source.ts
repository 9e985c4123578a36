import { readFileSync } from "node:fs";
import ts from "#typescript";

export interface SourceContext {
  readonly service: ts.LanguageService;
  /** The text by which an earlier cell declared a name: its file has the types only. */
  written(path: string, name: string): string | undefined;
}

/** How the thing at a place of a file is written, where that can be known. */
export function declarationSource(
  { service, written }: SourceContext,
  path: string,
  position: number,
): string | undefined {
  const [definition] = service.getDefinitionAtPosition(path, position) ?? [];
  const span = definition?.contextSpan;
  if (definition === undefined || span === undefined) return undefined;
  const { fileName, name, containerName } = definition;
  const fromCell = containerName === "" ? written(fileName, name) : undefined;
  if (fromCell !== undefined) return fromCell;
  const built = containerName.startsWith('"') ? [name] : [...containerName.split("."), name].filter(Boolean);
  const file = service.getProgram()?.getSourceFile(fileName);
  return sourceBeside(fileName, built) ?? file?.text.slice(span.start, span.start + span.length);
}

/** The library's own sources lie beside what is built of them: `dist/lib/x.d.ts` is declared by `lib/x.ts`. */
function sourceBeside(fileName: string, names: readonly string[]): string | undefined {
  const source = fileName.replace(/\/dist\/((?:lib|widgets|kernel)\/.+)\.d\.ts$/, "/$1.ts");
  if (source === fileName) return undefined;
  let text: string;
  try {
    text = readFileSync(source, "utf8");
  } catch {
    return undefined;
  }
  const file = ts.createSourceFile(source, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  let within: readonly ts.Node[] = file.statements;
  let found: ts.Node | undefined;
  for (const name of names) {
    const named = within.filter((node) => namesOf(node).includes(name));
    found = named.find((node) => !ts.isInterfaceDeclaration(node)) ?? named[0];
    if (found === undefined) return undefined;
    within = ts.isClassLike(found) || ts.isInterfaceDeclaration(found) ? found.members : [];
  }
  return found?.getText(file);
}

function namesOf(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((one) => one.name.getText());
  const { name } = node as ts.Node & { name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}
