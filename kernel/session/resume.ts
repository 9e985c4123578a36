import type { AnyNode, Program } from "acorn";
import { childrenOf } from "../execute/scope.ts";

/** Whether the cell says `resume: true` in the options of a call, as in `svi.run(1000, { resume: true })`. */
export function asksToResume(program: Program): boolean {
  const found = (node: AnyNode): boolean => {
    if (node.type === "CallExpression") {
      const last = node.arguments.at(-1);
      if (last?.type === "ObjectExpression" && last.properties.some(isResume)) return true;
    }
    for (const child of childrenOf(node)) if (found(child)) return true;
    return false;
  };
  return program.body.some(found);
}

function isResume(property: AnyNode): boolean {
  if (property.type !== "Property" || property.computed || property.value.type !== "Literal") return false;
  const { key, value } = property;
  const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? key.value : undefined;
  return name === "resume" && value.value === true;
}
