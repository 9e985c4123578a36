import ts from "#typescript";

/**
 * TypeScript's browser library declares `name`, `status`, `document` and a thousand more as global values. Plot's
 * types need the library; Node has none of those values, so a forgotten declaration would pass unseen.
 */
const AT_RUN_TIME = new Set<string>();
for (let at: object | null = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
  for (const name of Object.getOwnPropertyNames(at)) AT_RUN_TIME.add(name);
}

/** Is there a global value of this name in Node? */
export function isNodeGlobal(name: string): boolean {
  return AT_RUN_TIME.has(name);
}

export function browserOnly(program: ts.Program, file: ts.SourceFile): ts.Diagnostic[] {
  const checker = program.getTypeChecker();
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return;
    if (ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node) && !AT_RUN_TIME.has(node.text) && isReference(node)) {
      const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : checker.getSymbolAtLocation(node);
      if (symbol?.declarations?.length && symbol.declarations.every(isBrowserGlobal)) {
        found.push({
          file,
          start: node.getStart(file),
          length: node.text.length,
          category: ts.DiagnosticCategory.Error,
          code: 2304,
          messageText: `Cannot find name '${node.text}'. Browsers have it, this kernel (Node) does not.`,
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A use of the name as a value, not a declaration, a property or a label of that name. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node & { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return parent.name !== node && parent.propertyName !== node && parent.label !== node;
}

function isBrowserGlobal(declaration: ts.Declaration): boolean {
  const at = ts.isVariableDeclaration(declaration) ? declaration.parent.parent.parent : declaration.parent;
  return ts.isSourceFile(at) && /\/lib\.dom[^/]*\.d\.ts$/.test(at.fileName);
}
