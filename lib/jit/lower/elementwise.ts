/** Kernels that work element by element. */

import { elementFunctions } from "../../tensor/special/elementwise.ts";
import { HALF_LOG_2PI, NORMAL_SCORE } from "../../tensor/special/normal-score.ts";
import type { View } from "../dag/node.ts";
import type { Op } from "../dag/ops.ts";
import type { KernelCall, Rule, Rules } from "./rule.ts";

const ONE = {
  Abs: "abs",
  Acos: "acos",
  Acosh: "acosh",
  Asin: "asin",
  Asinh: "asinh",
  Atan: "atan",
  Atanh: "atanh",
  Ceil: "ceil",
  Cos: "cos",
  Cosh: "cosh",
  Elu: "elu",
  Erf: "erf",
  Exp: "exp",
  Expm1: "expm1",
  Floor: "floor",
  IsFinite: "isFinite",
  IsInf: "isInf",
  IsNan: "isNaN",
  Log: "log",
  Log1p: "log1p",
  LogicalNot: "not",
  Neg: "neg",
  Reciprocal: "reciprocal",
  Relu: "relu",
  Relu6: "relu6",
  Round: "round",
  Rsqrt: "rsqrt",
  Selu: "selu",
  Sigmoid: "sigmoid",
  Sign: "sign",
  Sin: "sin",
  Sinh: "sinh",
  Softplus: "softplus",
  Sqrt: "sqrt",
  Square: "square",
  Tan: "tan",
  Tanh: "tanh",
} as const satisfies Record<string, Op>;

const TWO = {
  Add: "add",
  Atan2: "atan2",
  Equal: "equal",
  FloorDiv: "floorDiv",
  Greater: "greater",
  GreaterEqual: "greaterEqual",
  Less: "less",
  LessEqual: "lessEqual",
  LogicalAnd: "and",
  LogicalOr: "or",
  Maximum: "maximum",
  Minimum: "minimum",
  Mod: "mod",
  Multiply: "mul",
  NotEqual: "notEqual",
  Pow: "pow",
  RealDiv: "div",
  SquaredDifference: "squaredDifference",
  Sub: "sub",
} as const satisfies Record<string, Op>;

const one =
  (op: Op): Rule =>
  ({ builder, inputs: [x], dtype, shape }) =>
    builder.map(op, [x as View], dtype, shape);

const two =
  (op: Op): Rule =>
  ({ builder, inputs, dtype, shape }) =>
    builder.map(op, [inputs[0] as View, inputs[1] as View], dtype, shape);

/** `if x > 0 then 1 else alpha`, as the derivative of the rectifiers is written. */
function step({ builder, input, attrs, shape }: KernelCall): View {
  const x = input("x");
  const positive = builder.map("greater", [x, 0], "bool", shape);
  const low = builder.map(
    "select",
    [builder.map("isNaN", [x], "bool", shape), x, Number(attrs.alpha)],
    "float32",
    shape,
  );
  return builder.map("select", [positive, 1, low], "float32", shape);
}

function clip({ builder, input, attrs, shape, dtype }: KernelCall): View {
  const above = builder.map("maximum", [input("x"), Number(attrs.clipValueMin)], dtype, shape);
  return builder.map("minimum", [above, Number(attrs.clipValueMax)], dtype, shape);
}

function leakyRelu({ builder, input, attrs, shape }: KernelCall): View {
  return prelu(builder, input("x"), Number(attrs.alpha), shape);
}

function prelu(
  builder: KernelCall["builder"],
  x: View,
  alpha: View | number,
  shape: readonly number[],
): View {
  const scaled = builder.map("mul", [x, alpha], "float32", shape);
  return builder.map("select", [builder.map("less", [x, 0], "bool", shape), scaled, x], "float32", shape);
}

/** `dy` where y >= 0, else `dy (y + 1)`. */
function eluGrad({ builder, input, shape }: KernelCall): View {
  const [dy, y] = [input("dy"), input("y")];
  const low = builder.map("mul", [dy, builder.map("add", [y, 1], "float32", shape)], "float32", shape);
  return builder.map(
    "select",
    [builder.map("greaterEqual", [y, 0], "bool", shape), dy, low],
    "float32",
    shape,
  );
}

function select({ builder, input, shape, dtype }: KernelCall): View {
  return builder.map("select", [input("condition"), input("t"), input("e")], dtype, shape);
}

/** Term by term, in the order of the formula. */
function normalScore({ builder, input, shape }: KernelCall): View {
  const [x, loc, scale] = [input("x"), input("loc"), input("scale")];
  const map = (op: Op, inputs: (View | number)[], of = shape) => builder.map(op, inputs, "float32", of);
  const z = map("div", [map("sub", [x, loc]), scale]);
  const log = map("add", [map("log", [scale], scale.shape), HALF_LOG_2PI], scale.shape);
  return map("sub", [map("mul", [map("square", [z]), -0.5]), log]);
}

function addN({ builder, inputs, shape, dtype }: KernelCall): View {
  return inputs.reduce((sum, x) => builder.map("add", [sum, x], dtype, shape));
}

/** Narrowing casts; the others are not recorded. */
function cast({ builder, input, shape, dtype }: KernelCall): View {
  const x = input("x");
  if (dtype === "bool") return builder.map("notEqual", [x, 0], "bool", shape);
  return builder.map(dtype === "int32" ? "trunc" : "copy", [x], dtype, shape);
}

const filled =
  (value: number): Rule =>
  ({ builder, shape, dtype }) =>
    builder.literal(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape, dtype);

export function elementwiseRules(): Rules {
  const rules: Record<string, Rule> = {
    AddN: addN,
    Cast: cast,
    ClipByValue: clip,
    EluGrad: eluGrad,
    LeakyRelu: leakyRelu,
    OnesLike: filled(1),
    Prelu: ({ builder, input, shape }) => prelu(builder, input("x"), input("alpha"), shape),
    Select: select,
    Step: step,
    [NORMAL_SCORE]: normalScore,
    ZerosLike: filled(0),
  };
  for (const [kernel, op] of Object.entries(ONE)) rules[kernel] = one(op);
  for (const [kernel, op] of Object.entries(TWO)) rules[kernel] = two(op);
  for (const [kernel, { inputs }] of elementFunctions) {
    rules[kernel] = ({ builder, input, shape }) =>
      builder.map(kernel as Op, inputs.map(input), "float32", shape);
  }
  return rules;
}
