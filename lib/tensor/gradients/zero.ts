/**
 * Gradients of what is piecewise constant: comparisons, logic, indices. tfjs has none for them and refuses
 * `tf.where(x.greater(0), ...)` under a gradient for that reason alone. They are zeros of each input's shape.
 */
import * as tf from "@tensorflow/tfjs-core";
import { float } from "./direct.ts";

const INPUTS: Readonly<Record<string, readonly string[]>> = {
  Greater: ["a", "b"],
  GreaterEqual: ["a", "b"],
  Less: ["a", "b"],
  LessEqual: ["a", "b"],
  Equal: ["a", "b"],
  NotEqual: ["a", "b"],
  LogicalAnd: ["a", "b"],
  LogicalOr: ["a", "b"],
  LogicalNot: ["x"],
  All: ["x"],
  Any: ["x"],
  IsNan: ["x"],
  IsInf: ["x"],
  IsFinite: ["x"],
  ArgMax: ["x"],
  ArgMin: ["x"],
  Bincount: ["x", "weights"],
  DenseBincount: ["x", "weights"],
  Multinomial: ["logits"],
  SearchSorted: ["sortedSequence", "values"],
};

export function registerZeroGradients(): void {
  for (const [kernelName, names] of Object.entries(INPUTS)) {
    tf.registerGradient({
      kernelName,
      inputsToSave: [...names],
      gradFunc: (_dy, saved) =>
        Object.fromEntries(names.map((name, i) => [name, () => tf.zeros((saved[i] as tf.Tensor).shape)])),
    });
  }
  // A cast to a whole number or a truth value is piecewise constant too; tfjs passes its gradient through.
  tf.registerGradient({
    kernelName: "Cast",
    gradFunc: (dy, _saved, attrs) => {
      const { dtype } = attrs as unknown as { dtype: tf.DataType };
      const upstream = dy as tf.Tensor;
      return { x: () => (dtype === "float32" ? float(upstream) : tf.zeros(upstream.shape)) };
    },
  });
}
