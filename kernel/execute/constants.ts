import type { AnyNode, Program } from "acorn";
import { placeOf } from "./place.ts";
import { bindingNames, childrenOf, type ScopeAnalysis } from "./scope.ts";
import { CellSyntaxError } from "./syntax-error.ts";

/**
 * Cells may declare a constant anew, but not assign to it. V8 knows all names of cells as variables, so the cell's own
 * constants are looked after here. @throws CellSyntaxError
 */
export function checkAssignments(
  program: Program,
  scopes: ScopeAnalysis,
  code: string,
  map: string | undefined,
): void {
  const constants = new Set<string>();
  for (const node of program.body) {
    const own = node.type === "ExportNamedDeclaration" ? node.declaration : node;
    if (own?.type === "VariableDeclaration" && own.kind === "const")
      for (const { id } of own.declarations) bindingNames(id, constants);
    else if (own?.type === "ImportDeclaration")
      for (const one of own.specifiers) constants.add(one.local.name);
  }
  if (constants.size === 0) return;
  const top = new Map(scopes.occurrences.map((one) => [one.start, one.name]));
  const refuse = (target: AnyNode): void => {
    if (target.type === "Identifier") {
      if (!constants.has(target.name) || top.get(target.start) !== target.name) return;
      const place = placeOf(code, map, target.start);
      throw new CellSyntaxError(`Cannot assign to "${target.name}" because it is a constant`, {
        ...(place ?? { line: 1, column: 1 }),
        length: target.name.length,
      });
    }
    if (target.type === "MemberExpression") return;
    if (target.type === "Property") return refuse(target.value);
    if (target.type === "AssignmentPattern") return refuse(target.left);
    if (/^(ObjectPattern|ArrayPattern|RestElement)$/.test(target.type))
      for (const one of childrenOf(target)) refuse(one);
  };
  const visit = (node: AnyNode): void => {
    if (node.type === "AssignmentExpression") refuse(node.left);
    else if (node.type === "UpdateExpression") refuse(node.argument);
    else if (
      (node.type === "ForOfStatement" || node.type === "ForInStatement") &&
      !/Declaration$/.test(node.left.type)
    )
      refuse(node.left);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of program.body) visit(node);
}
