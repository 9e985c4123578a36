import type { AnyNode, Program } from "acorn";
import type MagicString from "magic-string";
import { kernelName } from "./names.ts";
import { childrenOf } from "./scope.ts";

/**
 * Every loop looks, each time round, at a word of shared memory that says whether the user wants to stop.
 *
 * The way it leaves matters for speed: a call or a `throw` inside a loop makes V8's code for the loop up to five times
 * slower, because the path has never been taken and may deoptimise; a `break` is free. So the outermost loop of a
 * function is wrapped, inner ones break out of all of it at once, and what throws stands behind:
 *
 *     $done: { $stop: { for (...) { if ($flag[0] !== 0) break $stop; ... } break $done; } throw $interrupt(); }
 *
 * A loop inside `try` gets a wrapping of its own, so that the `try` around it can catch.
 */
export function addInterruptChecks(program: Program, text: MagicString): void {
  let count = 0;

  const loop = (node: Loop, outer: string | undefined, start: number): void => {
    const number = outer === undefined ? ++count : 0;
    const [stop, done] = [outer ?? `$stop${number}\u200d`, `$done${number}\u200d`];
    const check = `if (${kernelName.flag}[0] !== 0) break ${stop};`;
    const { body } = node;
    // Inside out, because the ends of nested loops may be at the same place.
    for (const child of childrenOf(node)) visit(child, stop);
    if (body.type === "BlockStatement") text.appendRight(body.start + 1, ` ${check}`);
    else {
      text.prependRight(body.start, `{ ${check} `);
      text.appendLeft(body.end, " }");
    }
    if (outer !== undefined) return;
    text.prependRight(start, `${done}: { ${stop}: { `);
    text.appendLeft(node.end, ` break ${done}; } throw ${kernelName.interrupt}(); }`);
  };

  /** `stop` is the label that leaves the outermost loop around, where there is one. */
  const visit = (node: AnyNode, stop: string | undefined): void => {
    switch (node.type) {
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        return loop(node, stop, node.start);
      case "LabeledStatement": {
        let inner: AnyNode = node.body;
        while (inner.type === "LabeledStatement") inner = inner.body;
        if (isLoop(inner)) return loop(inner, stop, node.start);
        break;
      }
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "StaticBlock":
      case "TryStatement":
      case "PropertyDefinition":
        for (const child of childrenOf(node)) visit(child, undefined);
        return;
    }
    for (const child of childrenOf(node)) visit(child, stop);
  };

  for (const statement of program.body) visit(statement, undefined);
}

type Loop = Extract<
  AnyNode,
  { type: "ForStatement" | "ForInStatement" | "ForOfStatement" | "WhileStatement" | "DoWhileStatement" }
>;

function isLoop(node: AnyNode): node is Loop {
  return /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
}
