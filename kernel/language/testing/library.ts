/** A library of a few names that stands for the real one, so that the tests of types depend on nothing else. */
import * as tf from "@tensorflow/tfjs-core";
import * as dist from "./distributions.ts";
import * as infer from "./guides.ts";

export * from "./guides.ts";
export { dist, infer, tf };

export interface RunOptions {
  /** Draws a bar. */
  progress?: boolean;
}

/** Stochastic variational inference. */
export class SVI {
  readonly losses: number[] = [];

  /**
   * Takes many steps.
   * @param numSteps how many
   * @returns the losses
   * @example
   * await svi.run(1000);
   */
  async run(numSteps: number, _options: RunOptions = {}): Promise<{ losses: Float32Array }> {
    return { losses: new Float32Array(numSteps) };
  }
}

/** Draws or observes. */
export function sample(_name: string, fn: dist.Normal): tf.Tensor {
  return fn.sample();
}

export class Trace<T = unknown> {
  readonly nodes = new Map<string, T>();
}
