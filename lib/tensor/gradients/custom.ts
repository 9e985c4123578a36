/**
 * Custom gradients (`tf.customGrad`, and tfjs's own logSoftmax) whose gradient uses what they saved of their
 * result. It is off the tape, so a second derivative through it is silently wrong. Where the gradient is itself being
 * differentiated, the function is run again here, this time on the tape, and its gradient gets what that run saves.
 */
import * as tf from "@tensorflow/tfjs-core";

type Save = (tensors: tf.Tensor[]) => void;
type Result = { value: tf.Tensor; gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[] };
type Custom = (...args: (tf.Tensor | Save)[]) => Result;
type Make = (f: Custom) => (...inputs: tf.Tensor[]) => tf.Tensor;

const mended = new WeakSet<object>();

export function mendCustomGradients(): void {
  const engine = tf.engine() as unknown as { customGrad: Make; state: { gradientDepth: number } };
  if (mended.has(engine)) return;
  mended.add(engine);
  const original = engine.customGrad.bind(engine);
  engine.customGrad =
    (f) =>
    (...inputs) =>
      original((...args) => {
        const save = args[inputs.length] as Save;
        const kept: tf.Tensor[] = [];
        const { value, gradFunc } = f(...inputs, (tensors: tf.Tensor[]) => void kept.push(...tensors));
        save([...inputs, ...kept]);
        return {
          value,
          gradFunc: (dy, saved) => {
            const again = saved.slice(0, inputs.length);
            if (engine.state.gradientDepth === 0 || kept.length === 0)
              return gradFunc(dy, saved.slice(inputs.length));
            const live: tf.Tensor[] = [];
            const run = f(...again, (tensors: tf.Tensor[]) => void live.push(...tensors));
            return run.gradFunc(dy, live);
          },
        };
      })(...inputs);
}
