import ts from "#typescript";

/**
 * What is said of a class that is kept in a constant of a shorter name: `Beta` is a `BetaDistribution` that is called with
 * or without `new`. Nothing for others.
 */
export function wordsBehind(
  service: ts.LanguageService,
  path: string,
  position: number,
): readonly ts.SymbolDisplayPart[] {
  const program = service.getProgram();
  const file = program?.getSourceFile(path);
  const name = file && nameAt(file, position);
  if (program === undefined || name === undefined) return [];
  const checker = program.getTypeChecker();
  const [construct] = checker.getTypeAtLocation(name).getConstructSignatures();
  const made = construct?.getReturnType().getSymbol();
  return made?.name.startsWith(name.text) ? made.getDocumentationComment(checker) : [];
}

function nameAt(node: ts.Node, position: number): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  return ts.forEachChild(node, (child) =>
    child.pos <= position && position < child.end ? nameAt(child, position) : undefined,
  );
}
