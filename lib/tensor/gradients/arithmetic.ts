/**
 * Gradients of arithmetic: tfjs's formulas, term by term, without the casts and reshapes that change nothing. They are
 * half of the kernels of a step's way back. What is handed through unchanged is the very same tensor.
 */
import * as tf from "@tensorflow/tfjs-core";
import { sameShape, sumToShape } from "../shapes.ts";
import { add, constant, div, float, logicalNot, mul, neg, shaped, sqrt, square } from "./direct.ts";

type Way = (dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor;
type BinaryWay = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function unary(kernelName: string, way: Way, name = "x"): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [name],
    gradFunc: (dy, saved, attrs) => ({
      [name]: () => way(dy as tf.Tensor, saved[0] as tf.Tensor, attrs),
    }),
  });
}

/** What is handed on; of the input nothing is needed. */
function passing(kernelName: string, way: (dy: tf.Tensor) => tf.Tensor): void {
  tf.registerGradient({ kernelName, gradFunc: (dy) => ({ x: () => way(dy as tf.Tensor) }) });
}

function binary(kernelName: string, da: BinaryWay, db: BinaryWay): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      return { a: () => da(dy as tf.Tensor, a, b), b: () => db(dy as tf.Tensor, a, b) };
    },
  });
}

/** Each element that was summed gets what its sum gets. */
function sumGradient(dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  const { shape } = x;
  const axes = tf.util.parseAxisParam((attrs.axis ?? null) as number[], shape);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  // One number broadcasts as it is.
  const upstream = dy.rank === 0 ? dy : shaped(dy, kept);
  return sameShape(upstream.shape, shape) ? upstream : mul(upstream, tf.ones(shape));
}

export function registerArithmeticGradients(): void {
  binary(
    "Add",
    (dy, a) => sumToShape(dy, a.shape),
    (dy, _a, b) => sumToShape(dy, b.shape),
  );
  binary(
    "Sub",
    (dy, a) => sumToShape(dy, a.shape),
    (dy, _a, b) => neg(sumToShape(dy, b.shape)),
  );
  binary(
    "Multiply",
    (dy, a, b) => sumToShape(mul(dy, float(b)), a.shape),
    (dy, a, b) => sumToShape(mul(dy, float(a)), b.shape),
  );
  binary(
    "RealDiv",
    (dy, a, b) => sumToShape(div(dy, float(b)), a.shape),
    (dy, a, b) => neg(div(sumToShape(mul(dy, float(a)), b.shape), float(square(b)))),
  );
  unary("Log", (dy, x) => div(dy, float(x)));
  unary("Log1p", (dy, x) => div(dy, add(float(x), constant(1))));
  unary("Square", (dy, x) => mul(dy, mul(float(x), constant(2))));
  unary("Sqrt", (dy, x) => div(dy, mul(sqrt(float(x)), constant(2))));
  unary("Sum", sumGradient);
  unary("Reshape", (dy, x) => shaped(dy, x.shape));
  unary("ExpandDims", (dy, input) => shaped(dy, input.shape), "input");
  passing("Neg", neg);
  passing("Identity", float);
  tf.registerGradient({
    kernelName: "Select",
    inputsToSave: ["condition"],
    gradFunc: (dy, saved) => {
      const [condition] = saved as [tf.Tensor];
      const upstream = dy as tf.Tensor;
      return {
        condition: () => tf.zeros(condition.shape),
        t: () => mul(upstream, float(condition)),
        e: () => mul(upstream, float(logicalNot(condition))),
      };
    },
  });
}
