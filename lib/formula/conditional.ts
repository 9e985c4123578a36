/**
 * `condition ? a : b` on tensors. Both branches are computed for every element, and `tf.where` chooses. Its gradient
 * sends zeros into the branch that was not chosen, and zero times an infinite derivative is NaN: `x > 0 ? log(x) : 0`
 * has no usable gradient at 0 that way. So what enters a branch is guarded: it lets a gradient pass only where the
 * branch was chosen. This works element by element, hence for branches that act so, after everything that enters has
 * been given the shape of the condition; and for any branch where the condition is one number.
 */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShapes, broadcastTo, isTensor } from "../tensor/index.ts";
import { unary } from "./elementwise.ts";
import { childrenOf, type Node } from "./nodes.ts";
import { asTensor, type Quantity, truth } from "./values.ts";

const elementwiseOperators = new Set([
  ..."add subtract dotMultiply dotDivide dotPow unaryMinus unaryPlus factorial not mod".split(" "),
  ..."smaller smallerEq larger largerEq equal unequal and or xor".split(" "),
]);
const elementwiseFunctions = new Set([...Object.keys(unary), "log", "ln", "atan2", "hypot", "mod"]);

/** Operators that act on each element for operands of these ranks, though not for all. */
const byRank: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  multiply: (left, right) => left === 0 || right === 0,
  divide: (_, right) => right < 2,
  pow: (left) => left < 2,
};

/**
 * The rank of a branch that computes each element from the same element of what enters it; undefined for any other.
 * @param rankOfName of a value that enters; undefined for a function
 */
export function elementwiseRank(
  node: Node,
  rankOfName: (name: string) => number | undefined,
): number | undefined {
  if (node.type === "ConstantNode") return 0;
  if (node.type === "SymbolNode") return rankOfName(node.name);
  const ranks = partsOf(node)?.map((part) => elementwiseRank(part, rankOfName));
  if (ranks === undefined || !ranks.every((rank) => rank !== undefined)) return undefined;
  const [left = 0, right = 0] = ranks;
  const condition = node.type === "OperatorNode" ? byRank[node.fn] : undefined;
  return condition?.(left, right) === false ? undefined : Math.max(0, ...ranks);
}

function partsOf(node: Node): readonly Node[] | undefined {
  switch (node.type) {
    case "ParenthesisNode":
    case "RelationalNode":
    case "ConditionalNode":
      return childrenOf(node);
    case "OperatorNode":
      return elementwiseOperators.has(node.fn) || Object.hasOwn(byRank, node.fn) ? node.args : undefined;
    case "FunctionNode":
      return node.fn.type === "SymbolNode" && elementwiseFunctions.has(node.fn.name) ? node.args : undefined;
    default:
      return undefined;
  }
}

/** `x`, passing gradients only where `chosen` is true; given the shape of `chosen` where that is one of many elements. */
export function guarded(x: Quantity, chosen: tf.Tensor): Quantity {
  if (!isTensor(x)) return x;
  // The mask is an input and not captured: a second derivative runs this again when the step's tensors are gone.
  const pass = tf.customGrad((input, mask, save) => {
    (save as tf.GradSaveFunc)([mask as tf.Tensor]);
    return {
      value: tf.clone(input as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const kept = saved[0] as tf.Tensor;
        return [tf.where(kept, dy, tf.zerosLike(dy)), tf.zeros(kept.shape)];
      },
    };
  });
  return pass(broadcastTo(asTensor(x), broadcastShapes(x.shape, chosen.shape)), chosen);
}

export function choose(condition: Quantity, yes: Quantity, no: Quantity): tf.Tensor {
  return tf.where(truth(condition), asTensor(yes), asTensor(no));
}
