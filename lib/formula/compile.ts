/** From mathjs's tree to a function of a frame of names: each node becomes a closure that calls tensor operations. */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../tensor/index.ts";
import { applyBinary, applyUnary, divide, multiply, power } from "./arithmetic.ts";
import { compileBranches } from "./branches.ts";
import { compileCall, compileDefinition } from "./calls.ts";
import { binary, type Unary, unary } from "./elementwise.ts";
import { Frame } from "./frame.ts";
import { constants } from "./functions.ts";
import { type Index, pick, positionsOf, stack } from "./indexing.ts";
import { transpose } from "./matrices.ts";
import type {
  AccessorNode,
  ArrayNode,
  BlockNode,
  ConstantNode,
  Node,
  OperatorNode,
  RangeNode,
} from "./nodes.ts";
import type { Site, Source } from "./source.ts";
import { asTensor, type Quantity, quantity, shapeOf, truth, type Value } from "./values.ts";

export type Run = (frame: Frame) => Value;
export type Compute = (frame: Frame) => Quantity;

/** How the parts of a formula are compiled. */
export interface Context {
  readonly source: Source;
  /** Inside a guarded branch, `*`, `/` and `^` act on each element: see conditional.ts. */
  readonly elementwise: boolean;
}

export function compile(node: Node, context: Context): Run {
  const site = context.source.at(node);
  switch (node.type) {
    case "ConstantNode": {
      const value = constant(node, site);
      return () => value;
    }
    case "SymbolNode":
      return lookUp(node.name, site);
    case "ParenthesisNode":
      return compile(node.content, context);
    case "OperatorNode":
      return compileOperator(node, site, context);
    case "RelationalNode":
      return compileRelation(node.params, node.conditionals, site, context);
    case "ConditionalNode":
      return compileBranches(node, context);
    case "FunctionNode":
      return compileCall(node, context);
    case "ArrayNode":
      return compileArray(node, site, context);
    case "RangeNode": {
      const range = compileRange(node, context);
      return (frame) => tf.tensor1d(positionsOf(range(frame)), "float32");
    }
    case "AccessorNode":
      return compileIndexing(node, site, context);
    case "AssignmentNode": {
      const { object, index } = node;
      if (object.type !== "SymbolNode" || index !== null)
        throw unsupported(site, "assigning to a part of a tensor");
      const value = compile(node.value, context);
      return (frame) => {
        const result = value(frame);
        frame.set(object.name, result);
        return result;
      };
    }
    case "FunctionAssignmentNode":
      return compileDefinition(node, context);
    case "BlockNode":
      return compileBlock(node, context);
    case "IndexNode":
    case "ObjectNode":
      throw unsupported(site, "objects");
    default:
      return node satisfies never;
  }
}

/** Compiles a part that must be a number or a tensor. */
export function compileQuantity(node: Node, context: Context): Compute {
  const run = compile(node, context);
  const site = context.source.at(node);
  return (frame) => quantity(run(frame), site);
}

export function unsupported(site: Site, what: string, hint?: string): Error {
  return site.error({
    what: `Formulas have no ${what}`,
    expected: "numbers, tensors and functions of them",
    got: site.text,
    ...(hint === undefined ? {} : { try: hint }),
  });
}

function constant({ value }: ConstantNode, site: Site): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  throw unsupported(site, typeof value === "string" ? "strings" : `${String(value)} in them`);
}

function lookUp(name: string, site: Site): Run {
  const known = Object.hasOwn(constants, name) ? constants[name] : undefined;
  return (frame) => {
    const value = frame.get(name) ?? known;
    if (value !== undefined) return value;
    throw site.error({
      what: `\`${name}\` has no value here`,
      expected: "a name that is assigned before it is used",
      got: name,
    });
  };
}

type Operation = (a: Quantity, b: Quantity, site: Site) => Quantity;

const elementwiseOperation =
  (name: keyof typeof binary): Operation =>
  (a, b, site) =>
    applyBinary(binary[name], a, b, site);

const matrixOperators: Readonly<Record<string, { whole: Operation; each: Operation }>> = {
  multiply: { whole: multiply, each: elementwiseOperation("dotMultiply") },
  divide: { whole: divide, each: elementwiseOperation("dotDivide") },
  pow: { whole: power, each: elementwiseOperation("dotPow") },
};

const prefixAndPostfix: Readonly<Record<string, Unary["tensor"] | Unary>> = {
  unaryMinus: { tensor: tf.neg, host: (x) => -x },
  unaryPlus: { tensor: (x) => x, host: (x) => x },
  not: { tensor: (x) => tf.logicalNot(truth(x)), host: (x) => Number(!x) },
  factorial: unary.factorial,
};

const refused: Readonly<Record<string, string>> = {
  to: "units",
  in: "units",
  nullish: "missing values",
};

function compileOperator(node: OperatorNode, site: Site, context: Context): Run {
  const args = node.args.map((arg) => compileQuantity(arg, context));
  const [first, second] = args;
  const { fn } = node;
  if (first !== undefined && second === undefined) {
    if (fn === "ctranspose" || fn === "transpose") return (frame) => transpose(first(frame));
    const op = prefixAndPostfix[fn];
    if (op !== undefined)
      return (frame) => applyUnary(typeof op === "function" ? { tensor: op } : op, first(frame));
  }
  if (first !== undefined && second !== undefined) {
    const matrix = matrixOperators[fn];
    const operation =
      matrix !== undefined
        ? matrix[context.elementwise ? "each" : "whole"]
        : Object.hasOwn(binary, fn)
          ? elementwiseOperation(fn as keyof typeof binary)
          : undefined;
    if (operation !== undefined) return (frame) => operation(first(frame), second(frame), site);
  }
  throw unsupported(site, refused[fn] ?? `operator \`${node.op}\``);
}

/** `0 < x <= 1`: every comparison holds. */
function compileRelation(
  params: readonly Node[],
  comparisons: readonly string[],
  site: Site,
  context: Context,
): Run {
  const parts = params.map((param) => compileQuantity(param, context));
  return (frame) => {
    const values = parts.map((part) => part(frame));
    return comparisons
      .map((name, i) => {
        const [left = 0, right = 0] = values.slice(i, i + 2);
        return applyBinary(binary[name as keyof typeof binary], left, right, site);
      })
      .reduce((all, one) => applyBinary(binary.and, all, one, site));
  };
}

function compileArray(node: ArrayNode, site: Site, context: Context): Run {
  const items = node.items.map((item) => compileQuantity(item, context));
  return (frame) =>
    stack(
      items.map((item) => item(frame)),
      site,
    );
}

function compileRange(node: RangeNode, context: Context) {
  const host = (part: Node) => {
    const compute = compileQuantity(part, context);
    const site = context.source.at(part);
    return (frame: Frame): number => {
      const value = compute(frame);
      if (!isTensor(value)) return value;
      throw site.error({
        what: "The ends of a range cannot depend on tensors: its length would depend on values",
        expected: "a number",
        got: `\`${site.text}\`, a tensor`,
      });
    };
  };
  const [start, end] = [host(node.start), host(node.end)];
  const step = node.step === null ? () => 1 : host(node.step);
  return (frame: Frame) => ({ start: start(frame), step: step(frame), end: end(frame) });
}

function compileIndexing(node: AccessorNode, site: Site, context: Context): Run {
  const { dimensions, dotNotation } = node.index;
  if (dotNotation) throw unsupported(site, "objects", "giving the value itself a name");
  const object = compileQuantity(node.object, context);
  const indices = dimensions.map((dimension): ((frame: Frame) => Index) =>
    dimension.type === "RangeNode" ? compileRange(dimension, context) : compileQuantity(dimension, context),
  );
  return (frame) => {
    const value = object(frame);
    const shape = shapeOf(value);
    const found = indices.map((index, i) => {
      const inner = new Frame(frame);
      inner.set("end", shape[i] ?? 0);
      return index(inner);
    });
    return pick(value, found, site, (i) => site.of(dimensions[i] as Node));
  };
}

function compileBlock(node: BlockNode, context: Context): Run {
  const lines = node.blocks.map((block) => compile(block.node, context));
  return (frame) => lines.reduce<Value>((_, line) => line(frame), 0);
}

/** The whole formula as a float32 tensor. */
export function compileTensor(tree: Node, source: Source): (frame: Frame) => tf.Tensor {
  const compute = compileQuantity(tree, { source, elementwise: false });
  return (frame) => asTensor(compute(frame));
}
