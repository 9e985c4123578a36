import ts from "#typescript";

/**
 * `{ ok: true; value } | { ok: false; error }` is how TypeScript writes a result. Without strict null checks, which
 * cells are looked at without, TypeScript does not narrow it by `if (!result.ok)`; so a member that some of the union's
 * types have is not reported as missing.
 */
export function isUnnarrowed(one: ts.Diagnostic, program: ts.Program, file: ts.SourceFile): boolean {
  if (one.code !== 2339 || one.start === undefined) return false;
  const access = accessAt(file, one.start);
  if (access === undefined) return false;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(access.expression);
  if (!type.isUnion() || !type.types.some((part) => part.getProperty(access.name.text))) return false;
  return type.getProperties().some(({ name }) =>
    type.types.every((part) => {
      const property = part.getProperty(name);
      const own = property && checker.getTypeOfSymbolAtLocation(property, access);
      return own !== undefined && (own.flags & ts.TypeFlags.BooleanLiteral) !== 0;
    }),
  );
}

function accessAt(file: ts.SourceFile, start: number): ts.PropertyAccessExpression | undefined {
  let found: ts.PropertyAccessExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (start < node.pos || start >= node.end) return;
    if (ts.isPropertyAccessExpression(node) && node.name.getStart(file) === start) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
