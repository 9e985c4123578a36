/** What a cell of TypeScript declares and uses, and where it shows something. */
import ts from "typescript";

export interface Code {
  readonly file: ts.SourceFile;
  /** Names that it declares for other cells. */
  readonly declared: readonly string[];
  /** Names that it may mean: of values, wherever they come from. */
  readonly used: ReadonlySet<string>;
  /** Names of modules that it imports. */
  readonly imports: readonly string[];
  /** The expression that is the cell's value: the last, unless a semicolon hides it. */
  readonly value: ts.Expression | undefined;
  readonly calls: readonly ts.CallExpression[];
}

export function parse(source: string): Code {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const declared: string[] = [];
  const used = new Set<string>();
  const imports: string[] = [];
  const calls: ts.CallExpression[] = [];
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) declared.push(name.text);
    else for (const part of name.elements) if (ts.isBindingElement(part)) bind(part.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) bind(name);
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)
    ) {
      if (statement.name !== undefined) declared.push(statement.name.text);
    } else if (ts.isImportDeclaration(statement)) {
      imports.push((statement.moduleSpecifier as ts.StringLiteral).text);
      const { name, namedBindings } = statement.importClause ?? {};
      if (name !== undefined) declared.push(name.text);
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
        declared.push(namedBindings.name.text);
      else for (const { name } of namedBindings?.elements ?? []) declared.push(name.text);
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node) && meansValue(node)) used.add(node.text);
    if (ts.isCallExpression(node)) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const last = file.statements.at(-1);
  const shows = last !== undefined && ts.isExpressionStatement(last) && !last.getText(file).endsWith(";");
  return { file, declared, used, imports, value: shows ? last.expression : undefined, calls };
}

/** Whether an identifier stands for a variable, and is no name of a property or a declaration. */
function meansValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return parent.getChildAt(0) === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.initializer === node;
  }
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const names = "name" in parent && parent.name === node;
  return !names && !ts.isImportSpecifier(parent) && !ts.isLabeledStatement(parent);
}

/** The name of the function that is called: `display`, or `console.log`. */
export function nameOf(call: ts.CallExpression): string {
  return call.expression.getText(call.getSourceFile());
}
