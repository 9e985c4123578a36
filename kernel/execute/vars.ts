import type { AnyNode, Program, VariableDeclaration } from "acorn";
import type MagicString from "magic-string";
import { bindingNames, childrenOf, type ScopeAnalysis } from "./scope.ts";

/**
 * `var` among cells. Mostly it can be `let` where it stands. A name that is declared twice, inside a block, or used
 * before, is declared at the cell's front instead, and its declarations become assignments. (Not always the latter:
 * V8 is faster with variables that never held anything but numbers.)
 * @returns the names to declare in front
 */
export function hoistedVars(program: Program, { occurrences }: ScopeAnalysis): Set<string> {
  const counts = new Map<string, number>();
  const plain: VariableDeclaration[] = [];
  const visit = (node: AnyNode, top: boolean): void => {
    if (/^(Function|Class|ArrowFunction|StaticBlock)/.test(node.type)) return;
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const name of namesOf(node)) counts.set(name, (counts.get(name) ?? 0) + 1);
      if (top) plain.push(node);
    }
    const exported = top && node.type === "ExportNamedDeclaration";
    for (const child of childrenOf(node)) visit(child, exported);
  };
  for (const node of program.body) visit(node, true);
  const hoisted = new Set(counts.keys());
  for (const node of plain) {
    const names = namesOf(node);
    const first = Math.min(...node.declarations.map(({ id }) => id.start));
    const simple = node.declarations.every(({ id, init, end }) => {
      if (init === null || init === undefined || id.type !== "Identifier") return false;
      if (counts.get(id.name) !== 1) return false;
      // Its own place is the first at which it occurs.
      return !occurrences.some(
        (one) => one.name === id.name && one.start !== id.start && one.start < Math.max(first, end),
      );
    });
    if (simple) for (const name of names) hoisted.delete(name);
  }
  return hoisted;
}

/** Makes a `var` into `let`, or into assignments where its names are declared in front. */
export function rewriteVar(
  node: VariableDeclaration,
  parent: AnyNode,
  hoisted: ReadonlySet<string>,
  text: MagicString,
): void {
  const keyword = [node.start, node.start + "var".length] as const;
  if (namesOf(node).every((name) => !hoisted.has(name))) {
    text.update(...keyword, "let");
    return;
  }
  text.remove(node.start, node.declarations[0]?.start ?? keyword[1]);
  if (/^For/.test(parent.type)) return;
  for (const { id, end } of node.declarations) {
    if (id.type === "Identifier") continue;
    text.prependRight(id.start, "(");
    text.appendLeft(end, ")");
  }
}

function namesOf({ declarations }: VariableDeclaration): string[] {
  const names = new Set<string>();
  for (const { id } of declarations) bindingNames(id, names);
  return [...names];
}
