import ts from "#typescript";

/**
 * `svi.run(1000);` without `await` is a cell that is done at once, while training goes on beside the cells behind it.
 * Only calls of the library are reported: that nobody waits for a promise of the reader's own is often meant.
 */
export function forgottenAwaits(
  program: ts.Program,
  file: ts.SourceFile,
  isLibrary: (path: string) => boolean,
): ts.Diagnostic[] {
  const checker = program.getTypeChecker();
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const call = node.expression;
      const declaration = checker.getResolvedSignature(call)?.declaration;
      const own = declaration !== undefined && isLibrary(declaration.getSourceFile().fileName);
      if (own && checker.getTypeAtLocation(call).getProperty("then") !== undefined)
        found.push(report(file, call));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function report(file: ts.SourceFile, call: ts.CallExpression): ts.Diagnostic {
  const callee = call.expression.getText(file).replace(/\s+/g, "");
  return {
    ...{ file, start: call.getStart(file), length: call.expression.end - call.getStart(file) },
    category: ts.DiagnosticCategory.Warning,
    code: 0,
    messageText:
      `${callee}(...) returns a promise that nothing waits for: the cell is done while it still works. ` +
      `Write \`await ${callee}(...)\`, or \`void ${callee}(...)\` where it shall go on beside other cells.`,
  };
}
