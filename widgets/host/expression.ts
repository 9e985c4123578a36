/**
 * How a tensor was computed from the sites of a model, as an expression: read back from tfjs's gradient tape, as far as
 * its ops have a sign or a name that people know. Where they have none, what it depends on is all that is said.
 */
import type { Tensor } from "@tensorflow/tfjs-core";

export type Expression =
  | { readonly kind: "site"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  /** What was there before the model ran, or has no short form. */
  | { readonly kind: "data" }
  | { readonly kind: "operator"; readonly sign: Sign; readonly args: readonly Expression[] }
  /** `name` is empty for a function that nobody named. */
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

type Sign = "+" | "-" | "*" | "/" | "^";

export interface TapeEntry {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** What is known of the tensors of a run. */
export interface Origins {
  /** How a tensor was made, by its id. */
  readonly entries: ReadonlyMap<number, TapeEntry>;
  /** Single numbers that went into an op, by the ids of their tensors. */
  readonly constants: ReadonlyMap<number, number>;
  /** The site whose value a tensor is. */
  siteOf(id: number): string | undefined;
  /** Names of the sites that a tensor was computed from. */
  sitesOf(tensor: TensorLike): readonly string[];
}

interface TensorLike {
  readonly id: number;
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number>;
}

const signs: Readonly<Record<string, Sign>> = {
  ...{ Add: "+", Sub: "-", Multiply: "*", RealDiv: "/", Pow: "^" },
};
/** Ops that change the shape or the type of what they are given and nothing else. */
const quiet = new Set(["Reshape", "Identity", "Cast", "Tile", "ExpandDims", "BroadcastTo"]);
const calls: Readonly<Record<string, string>> = {
  ...{ Exp: "exp", Log: "log", Log1p: "log1p", Sqrt: "sqrt", Sigmoid: "sigmoid", Tanh: "tanh", Abs: "abs" },
  ...{ Softplus: "softplus", Softmax: "softmax", Sin: "sin", Cos: "cos", Relu: "relu", Sum: "sum" },
  ...{ Mean: "mean", Max: "max", Min: "min", Maximum: "max", Minimum: "min", BatchMatMul: "matmul" },
  ...{ GatherV2: "gather", Concat: "concat", Pack: "stack" },
};
const deepest = 8;

export function expressionOf(tensor: TensorLike, origins: Origins, depth = 0): Expression {
  const site = origins.siteOf(tensor.id);
  if (site !== undefined) return { kind: "site", name: site };
  const entry = origins.entries.get(tensor.id);
  const sites = origins.sitesOf(tensor);
  if (sites.length === 0 || entry === undefined) return constantOf(tensor, origins);
  const parts = Object.values(entry.inputs);
  const [first] = parts;
  const inner = (part: TensorLike) => expressionOf(part, origins, depth + 1);
  if (first !== undefined && quiet.has(entry.kernelName)) return inner(first);
  if (depth < deepest) {
    const sign = signs[entry.kernelName];
    if (sign !== undefined && parts.length === 2)
      return { kind: "operator", sign, args: parts.map((part) => inner(part)) };
    if (first !== undefined && entry.kernelName === "Square")
      return { kind: "operator", sign: "^", args: [inner(first), { kind: "number", value: 2 }] };
    if (first !== undefined && entry.kernelName === "Neg")
      return { kind: "call", name: "-", args: [inner(first)] };
    const name = calls[entry.kernelName];
    if (name !== undefined) return { kind: "call", name, args: parts.map((part) => inner(part)) };
  }
  return { kind: "call", name: "", args: sites.map((own) => ({ kind: "site", name: own })) };
}

/** Larger ones are not searched for being the same number all over. */
const small = 10_000;

function constantOf(tensor: TensorLike, { constants }: Origins): Expression {
  const known = constants.get(tensor.id);
  if (known !== undefined) return numberOf(known);
  if (tensor.isDisposed || tensor.size === 0 || tensor.size > small) return { kind: "data" };
  const values = tensor.dataSync();
  const [first = Number.NaN] = [values[0]];
  // `tf.zeros([8])` is 0.
  return Array.from(values).every((value) => value === first) ? numberOf(first) : { kind: "data" };
}

function numberOf(value: number): Expression {
  return Number.isFinite(value) ? { kind: "number", value } : { kind: "data" };
}

const ranks: Readonly<Record<Sign, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 4 };
const unary = 3;
const atom = 5;

/** How names, data and functions without a name are written. */
export interface Writing {
  site(name: string): string;
  number(value: number): string;
  readonly data: string;
  readonly unknown: string;
  /** Between the sides of a product. */
  readonly times: string;
}

export function writeExpression(expression: Expression, writing: Writing): string {
  return written(expression, writing).text;
}

function written(expression: Expression, writing: Writing): { text: string; rank: number } {
  switch (expression.kind) {
    case "site":
      return { text: writing.site(expression.name), rank: atom };
    case "number":
      return { text: writing.number(expression.value), rank: expression.value < 0 ? unary : atom };
    case "data":
      return { text: writing.data, rank: atom };
    case "operator": {
      const { sign, args } = expression;
      const own = ranks[sign];
      const [left, right] = args.map((arg, i) => {
        const { text, rank } = written(arg, writing);
        // `a - (b - c)`, and `(a ^ b) ^ c`.
        const loose = rank < own || (rank === own && (sign === "^" ? i === 0 : i === 1 && sign !== "+"));
        return loose || (i === 1 && rank === unary) ? `(${text})` : text;
      });
      const between = sign === "^" ? "^" : ` ${sign === "*" ? writing.times : sign} `;
      return { text: `${left}${between}${right}`, rank: own };
    }
    case "call": {
      const { name, args } = expression;
      if (name === "-") {
        const [inner = { text: "", rank: 0 }] = args.map((arg) => written(arg, writing));
        return { text: inner.rank < unary ? `-(${inner.text})` : `-${inner.text}`, rank: unary };
      }
      const inside = args.map((arg) => written(arg, writing).text).join(", ");
      return { text: `${name === "" ? writing.unknown : name}(${inside})`, rank: atom };
    }
    default:
      return expression satisfies never;
  }
}
