import * as tf from "@tensorflow/tfjs-core";
import { broadcastShapes, isTensor } from "../tensor/index.ts";
import { type Compute, type Context, compileQuantity } from "./compile.ts";
import { choose, elementwiseRank, guarded } from "./conditional.ts";
import { Frame } from "./frame.ts";
import { constants } from "./functions.ts";
import { type ConditionalNode, childrenOf, type Node } from "./nodes.ts";
import { isCallee, type Quantity, rankOf, shapeOf, truth } from "./values.ts";

/** `condition ? yes : no`. A condition that is a plain number chooses before anything else is computed. */
export function compileBranches(node: ConditionalNode, context: Context): Compute {
  const condition = compileQuantity(node.condition, context);
  const [yes, no] = [compileBranch(node.trueExpr, context), compileBranch(node.falseExpr, context)];
  const site = context.source.at(node);
  return (frame) => {
    const chosen = condition(frame);
    if (!isTensor(chosen)) return (chosen ? yes : no)(frame, undefined);
    const mask = truth(chosen);
    const values: Quantity[] = [yes(frame, mask), no(frame, tf.logicalNot(mask))];
    const [first = 0, second = 0] = values;
    try {
      broadcastShapes(mask.shape, shapeOf(first), shapeOf(second));
    } catch {
      const parts = [node.condition, node.trueExpr, node.falseExpr].map(
        (part) => `\`${site.of(part).text}\``,
      );
      throw site.error({
        what: "The condition and its two values have shapes that do not fit together",
        expected: "sizes that are equal, or 1, in each dimension counted from the right",
        got: [mask, ...values]
          .map((value, i) => `${parts[i]} of shape [${shapeOf(value).join(", ")}]`)
          .join(", "),
      });
    }
    return choose(mask, first, second);
  };
}

type Branch = (frame: Frame, chosen: tf.Tensor | undefined) => Quantity;

function compileBranch(node: Node, context: Context): Branch {
  const whole = compileQuantity(node, context);
  const each = compileQuantity(node, { ...context, elementwise: true });
  const names = namesIn(node);
  return (frame, chosen) => {
    if (chosen === undefined) return whole(frame);
    const elementwise = elementwiseRank(node, (name) => rankOfName(name, frame)) !== undefined;
    if (!elementwise && chosen.rank > 0) return whole(frame);
    const guardedFrame = guardNames(names, frame, chosen);
    if (guardedFrame === undefined) return whole(frame);
    return (elementwise ? each : whole)(guardedFrame);
  };
}

function rankOfName(name: string, frame: Frame): number | undefined {
  const value = frame.get(name) ?? constants[name];
  return value === undefined || isCallee(value) ? undefined : rankOf(value);
}

/** Undefined where a shape does not fit: the branch itself then says what is wrong. */
function guardNames(names: readonly string[], frame: Frame, chosen: tf.Tensor): Frame | undefined {
  const inner = new Frame(frame);
  for (const name of names) {
    const value = frame.get(name);
    if (value === undefined || isCallee(value)) continue;
    try {
      broadcastShapes(shapeOf(value), chosen.shape);
    } catch {
      return undefined;
    }
    inner.set(name, guarded(value, chosen));
  }
  return inner;
}

function namesIn(node: Node): string[] {
  const own = node.type === "SymbolNode" ? [node.name] : [];
  return [...new Set([...own, ...childrenOf(node).flatMap(namesIn)])];
}
