import ts from "#typescript";
import { blankMagics } from "../magics/split.ts";

/**
 * A cell as TypeScript may read it: magics and `export` are blanked in place, so that every position stays,
 * and the names it gives to later cells are listed.
 */
export interface Cell {
  /** As long as the code that was given. */
  readonly text: string;
  readonly declared: readonly Declared[];
  /** Every word of the text: a superset of the names it may mean. */
  readonly words: ReadonlySet<string>;
  readonly file: ts.SourceFile;
}

export type DeclaredKind =
  | "const"
  | "let"
  | "var"
  /** `var` inside a block: in scope of the cell, but not in the declarations that TypeScript writes. */
  | "hoisted"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "interface"
  | "type"
  | "alias";

export interface Declared {
  readonly name: string;
  readonly kind: DeclaredKind;
  /** `var` inside a block: in scope of the cell, but not in the declarations that TypeScript writes. */
  readonly nested?: boolean;
  /** The statement that declares it. */
  readonly source?: string;
  /** Of a generic interface or type alias: `<T extends string>`, and how it is applied: `<T>`. */
  readonly parameters?: { readonly declaration: string; readonly application: string };
}

const LONGEST_SOURCE = 20_000;

export function parseCell(code: string): Cell {
  const plain = blankMagics(code);
  const file = ts.createSourceFile("cell.ts", plain, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  return {
    text: blankExports(plain, file),
    declared: declaredNames(file),
    words: new Set(plain.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu)),
    file,
  };
}

function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, " ") + text.slice(end);
}

/** `export const x` means `const x` in a cell; so does `export { x }` mean nothing more than x. */
function blankExports(text: string, file: ts.SourceFile): string {
  let result = text;
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
      result = blank(result, statement.getStart(file), statement.end);
    }
    if (!ts.canHaveModifiers(statement)) continue;
    const modifiers = ts.getModifiers(statement) ?? [];
    if (modifiers.some((one) => one.kind === ts.SyntaxKind.DefaultKeyword)) continue;
    for (const one of modifiers) {
      if (one.kind === ts.SyntaxKind.ExportKeyword) result = blank(result, one.getStart(file), one.end);
    }
  }
  return result;
}

function declaredNames(file: ts.SourceFile): Declared[] {
  const found = new Map<string, Declared>();
  let source = "";
  const add = (name: ts.Node | undefined, kind: DeclaredKind, parameters?: Declared["parameters"]) => {
    if (name === undefined || !ts.isIdentifier(name) || name.text === "") return;
    const earlier = found.get(name.text);
    // A class with an interface of its name, a function with a namespace: the one that is a value leads.
    if (earlier !== undefined && !isTypeOnly(earlier.kind)) return;
    const more = parameters === undefined ? {} : { parameters };
    found.set(name.text, { name: name.text, kind, source, ...more });
  };
  const binding = (name: ts.BindingName, kind: DeclaredKind): void => {
    if (ts.isIdentifier(name)) add(name, kind);
    else for (const element of name.elements) if (ts.isBindingElement(element)) binding(element.name, kind);
  };
  for (const statement of file.statements) {
    source = statement.getText(file).slice(0, LONGEST_SOURCE);
    topLevel(statement, add, binding);
  }
  return [...found.values()];
}

/** May a later cell assign to it? */
export function isVariable(kind: DeclaredKind | undefined): boolean {
  return kind === "let" || kind === "var" || kind === "hoisted";
}

export function isTypeOnly(kind: DeclaredKind): boolean {
  return kind === "interface" || kind === "type";
}

function topLevel(
  statement: ts.Statement,
  add: (name: ts.Node | undefined, kind: DeclaredKind, parameters?: Declared["parameters"]) => void,
  binding: (name: ts.BindingName, kind: DeclaredKind) => void,
): void {
  if (ts.isVariableStatement(statement)) {
    const flags = statement.declarationList.flags & ts.NodeFlags.BlockScoped;
    const kind = flags === 0 ? "var" : flags === ts.NodeFlags.Let ? "let" : "const";
    for (const one of statement.declarationList.declarations) binding(one.name, kind);
  } else if (ts.isFunctionDeclaration(statement)) add(statement.name, "function");
  else if (ts.isClassDeclaration(statement)) add(statement.name, "class");
  else if (ts.isEnumDeclaration(statement)) add(statement.name, "enum");
  else if (ts.isModuleDeclaration(statement)) add(statement.name, "namespace");
  else if (ts.isInterfaceDeclaration(statement)) add(statement.name, "interface", parametersOf(statement));
  else if (ts.isTypeAliasDeclaration(statement)) add(statement.name, "type", parametersOf(statement));
  else if (ts.isImportEqualsDeclaration(statement)) add(statement.name, "alias");
  else if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    add(clause?.name, "alias");
    const bindings = clause?.namedBindings;
    if (bindings === undefined) return;
    if (ts.isNamespaceImport(bindings)) add(bindings.name, "alias");
    else for (const element of bindings.elements) add(element.name, "alias");
  } else hoisted(statement, binding);
}

/** `var` in a block or a loop belongs to the cell. */
function hoisted(node: ts.Node, binding: (name: ts.BindingName, kind: DeclaredKind) => void): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
    for (const one of node.declarations) binding(one.name, "hoisted");
  }
  node.forEachChild((child) => hoisted(child, binding));
}

function parametersOf(node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): Declared["parameters"] {
  if (node.typeParameters === undefined) return undefined;
  return {
    declaration: `<${node.typeParameters.map((one) => one.getText().replace(/\s+/g, " ")).join(", ")}>`,
    application: `<${node.typeParameters.map((one) => one.name.text).join(", ")}>`,
  };
}
