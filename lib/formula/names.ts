/** Which names of a formula come from outside. */
import { constants, functions } from "./functions.ts";
import { childrenOf, type Node, type SymbolNode } from "./nodes.ts";

/** Each free name with the first place where it is used, in the order of the text. */
export type FreeNames = ReadonlyMap<string, SymbolNode>;

/** Constants are not free: they have a value, which a scope may replace. */
export function freeNames(tree: Node): FreeNames {
  const free = new Map<string, SymbolNode>();
  const use = (node: SymbolNode, local: ReadonlySet<string>, known: Readonly<Record<string, unknown>>) => {
    if (!local.has(node.name) && !Object.hasOwn(known, node.name) && !free.has(node.name))
      free.set(node.name, node);
  };
  /** `inIndex`: `end` is the length of what is indexed. */
  const visit = (node: Node, local: Set<string>, inIndex: boolean): void => {
    switch (node.type) {
      case "SymbolNode":
        if (!(inIndex && node.name === "end")) use(node, local, constants);
        return;
      case "FunctionNode":
        if (node.fn.type === "SymbolNode") use(node.fn, local, functions);
        else visit(node.fn, local, inIndex);
        for (const arg of node.args) visit(arg, local, inIndex);
        return;
      case "AssignmentNode":
        visit(node.value, local, inIndex);
        if (node.object.type === "SymbolNode" && node.index === null) local.add(node.object.name);
        return;
      case "FunctionAssignmentNode":
        local.add(node.name);
        visit(node.expr, new Set([...local, ...node.params]), false);
        return;
      default:
        for (const child of childrenOf(node)) visit(child, local, inIndex || node.type === "IndexNode");
    }
  };
  visit(tree, new Set(), false);
  return free;
}

/** Each name that stands anywhere in the tree, with its first place. */
export function namesOf(tree: Node): FreeNames {
  const names = new Map<string, SymbolNode>();
  const visit = (node: Node): void => {
    if (node.type === "SymbolNode" && !names.has(node.name)) names.set(node.name, node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(tree);
  return names;
}
