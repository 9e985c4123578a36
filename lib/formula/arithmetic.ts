/**
 * The operators. `.*`, `./`, `.^`, `+`, `-` and comparisons act on each element, with broadcasting as in NumPy. `*`, `/`
 * and `^` mean what they mean in mathjs where it gives them a meaning: products and powers of matrices. Where mathjs has
 * none they act on each element: of vectors, so that `beta * x`, `x / sd`, `x^2` and `1 / (1 + exp(-x))` work on data;
 * and of columns `[n, 1]` beside what is no matrix for them, so that models still work when each particle has its own
 * `beta`. The product of two vectors is refused: mathjs takes the inner one, models mostly mean the other.
 */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShapes, broadcastTo, sameShape } from "../tensor/index.ts";
import { type Binary, binary, type Unary } from "./elementwise.ts";
import { inverse } from "./elimination.ts";
import type { Site } from "./source.ts";
import { asTensor, type Quantity, rankOf, shapeOf, show, truth } from "./values.ts";

/** Names the parts of an operation in an error: `alpha` and `beta * x`. */
export function operands(site: Site, values: readonly Quantity[]): string {
  const { node } = site;
  const parts = node.type === "OperatorNode" || node.type === "FunctionNode" ? node.args : [];
  return values
    .map((value, i) => {
      const part = parts.length === values.length ? parts[i] : undefined;
      return part === undefined
        ? show(value)
        : `\`${site.of(part).text}\` of ${show(value).replace(/^a /, "")}`;
    })
    .join(" and ");
}

function unfit(site: Site, values: readonly Quantity[], expected: string, hint?: string): Error {
  return site.error({
    what: `The shapes in \`${site.text}\` do not fit together`,
    expected,
    got: operands(site, values),
    ...(hint === undefined ? {} : { try: hint }),
  });
}

export function applyUnary({ tensor, host }: Unary, x: Quantity): Quantity {
  return (typeof x === "number" ? host?.(x) : undefined) ?? tensor(asTensor(x));
}

export function applyBinary(op: Binary, a: Quantity, b: Quantity, site: Site): Quantity {
  if (typeof a === "number" && typeof b === "number") return op.host(a, b);
  try {
    broadcastShapes(shapeOf(a), shapeOf(b));
  } catch {
    throw unfit(site, [a, b], "sizes that are equal, or 1, in each dimension counted from the right");
  }
  if (op.logical) return op.tensor(truth(a), truth(b));
  if (op.tensor === binary.dotPow.tensor && typeof b === "number") return constantPower(asTensor(a), b);
  return op.tensor(asTensor(a), asTensor(b));
}

function constantPower(x: tf.Tensor, p: number): tf.Tensor {
  if (p === 2) return tf.square(x);
  if (p === 1) return x;
  if (p === 0) return tf.onesLike(x);
  if (p === -1) return tf.div(1, x);
  if (p === 0.5) return tf.sqrt(x);
  return tf.pow(x, p);
}

export function multiply(a: Quantity, b: Quantity, site: Site): Quantity {
  const [m, n] = [rankOf(a), rankOf(b)];
  if (m === 0 || n === 0) return applyBinary(binary.dotMultiply, a, b, site);
  const [x, y] = [asTensor(a), asTensor(b)];
  if (m === 1 && n === 1) {
    if (x.size === 1 || y.size === 1) return tf.mul(x, y);
    throw site.error({
      what: `\`${site.text}\` multiplies two vectors, which could mean two things`,
      expected: "a number times a vector, or a matrix times a vector or a matrix",
      got: operands(site, [a, b]),
      try: `\`.*\` for the product of each element, dot(a, b) for their sum`,
    });
  }
  const inner = m === 1 ? x.size : x.shape.at(-1);
  if (inner !== (n === 1 ? y.size : y.shape.at(-2))) {
    if (isColumn(x) || isColumn(y)) return applyBinary(binary.dotMultiply, a, b, site);
    throw unfit(
      site,
      [a, b],
      "as many columns on the left as rows on the right (`*` of matrices is their product)",
      "`.*` for the product of each element",
    );
  }
  return matrixProduct(x, y, site);
}

/** One number for each row: the shape of a scalar that is drawn for several particles. */
function isColumn(x: Quantity): boolean {
  return rankOf(x) > 1 && shapeOf(x).at(-1) === 1;
}

function matrixProduct(x: tf.Tensor, y: tf.Tensor, site: Site): tf.Tensor {
  if (y.rank === 1) return tf.squeeze(matrixProduct(x, tf.reshape(y, [-1, 1]), site), [-1]);
  if (x.rank === 1) return tf.squeeze(matrixProduct(tf.reshape(x, [1, -1]), y, site), [-2]);
  const [left, right] = [x.shape.slice(0, -2), y.shape.slice(0, -2)];
  if (sameShape(left, right)) return tf.matMul(x, y);
  try {
    const batch = broadcastShapes(left, right);
    const [a, b] = [
      broadcastTo(x, [...batch, ...x.shape.slice(-2)]),
      broadcastTo(y, [...batch, ...y.shape.slice(-2)]),
    ];
    return tf.matMul(a, b);
  } catch {
    throw unfit(site, [x, y], "equal numbers of matrices on both sides");
  }
}

export function divide(a: Quantity, b: Quantity, site: Site): Quantity {
  if (rankOf(b) < 2 || isColumn(b)) return applyBinary(binary.dotDivide, a, b, site);
  throw site.error({
    what: `\`${site.text}\` divides by a matrix, which could mean two things`,
    expected: "a number or a vector on the right",
    got: operands(site, [a, b]),
    try: "`./` to divide each element, `a * inv(b)` for the inverse of a matrix",
  });
}

export function power(a: Quantity, b: Quantity, site: Site): Quantity {
  if (rankOf(a) < 2 || isColumn(a)) return applyBinary(binary.dotPow, a, b, site);
  const x = asTensor(a);
  const square = x.shape.at(-1) === x.shape.at(-2);
  if (square && typeof b === "number" && Number.isInteger(b) && (b >= 0 || x.rank === 2))
    return matrixPower(x, b);
  throw site.error({
    what: `\`${site.text}\` is no power of a matrix`,
    expected: "a square matrix to the power of a whole number",
    got: operands(site, [a, b]),
    try: "`.^` for the power of each element",
  });
}

/** By repeated squaring. */
function matrixPower(x: tf.Tensor, p: number): tf.Tensor {
  if (p < 0) return matrixPower(inverse(x), -p);
  if (p === 0) return broadcastTo(tf.eye(x.shape.at(-1) as number), x.shape);
  if (p === 1) return x;
  const half = matrixPower(x, Math.floor(p / 2));
  const even = tf.matMul(half, half);
  return p % 2 === 0 ? even : tf.matMul(even, x);
}
