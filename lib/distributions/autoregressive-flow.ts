/**
 * What autoregressive flows share: y = scale · x + shift, where scale and shift of each element are made by a network out
 * of the elements before it. One pass computes y and the Jacobian. The inverse needs as many passes as there are
 * elements, and is exact for any y; while gradients are being taken it is remembered for the values that the flow has
 * made, so that a guide scores its own draws at no cost.
 */
import * as tf from "@tensorflow/tfjs-core";
import { AutoRegressiveNN } from "../nn/auto-regressive-nn.ts";
import type { HasParameters } from "../nn/module.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { permutation as randomPermutation } from "../tensor/index.ts";
import { realVector } from "./constraints.ts";
import { Transform } from "./transform.ts";

/** `true` permutes the inputs at random; a list of indices says how. In sequence when absent. */
export type FlowOrder = boolean | readonly number[];

function orderOf(permutation: FlowOrder, inputDim: number): readonly number[] {
  if (typeof permutation !== "boolean") return permutation;
  if (!permutation) return Array.from({ length: inputDim }, (_, i) => i);
  return tf.tidy(() => Array.from(randomPermutation(inputDim).dataSync()));
}

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["getArn"] as const;

export interface AutoregressiveFlow extends PyroSpelling<AutoregressiveFlow, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class AutoregressiveFlow extends Transform implements HasParameters {
  static {
    spellAsPyro(AutoregressiveFlow.prototype, MANUAL);
  }

  readonly domain = realVector;
  readonly codomain = realVector;
  private readonly arn: AutoRegressiveNN;
  /** For values made on the tape of a gradient: where they came from. */
  private readonly origins = new WeakMap<tf.Tensor, tf.Tensor>();

  constructor(inputDim: number, hiddenDim: number, permutation: FlowOrder) {
    super();
    const options = { outputDimMultiplier: 2, permutation: orderOf(permutation, inputDim) };
    this.arn = new AutoRegressiveNN(inputDim, hiddenDim, options);
  }

  /** The network that makes the scales and the shifts. */
  getArn(): AutoRegressiveNN {
    return this.arn;
  }
  namedParameters(): [path: string, variable: tf.Variable][] {
    return this.arn.namedParameters().map(([path, variable]) => [`arn.${path}`, variable]);
  }
  get parameters(): tf.Variable[] {
    return this.arn.parameters;
  }

  /** The two outputs of the network, as scale and shift. */
  protected abstract terms(first: tf.Tensor, second: tf.Tensor): { logScale: tf.Tensor; shift: tf.Tensor };

  private network(x: tf.Tensor): { logScale: tf.Tensor; shift: tf.Tensor } {
    const [first, second] = tf.unstack(this.arn.forward(x), x.rank - 1) as [tf.Tensor, tf.Tensor];
    return this.terms(first, second);
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const { logScale, shift } = this.network(x);
    const y = tf.add(tf.mul(tf.exp(logScale), x), shift);
    if (onTape()) this.remember(y, x);
    return y;
  }
  /**
   * Each pass gets one more element right, in the order of the network: the first depends on none. The last pass ends
   * at a fixed point, so that the derivative of all passes is that of the inverse.
   */
  protected backward(y: tf.Tensor): tf.Tensor {
    const origin = this.origins.get(y);
    if (origin !== undefined && !origin.isDisposed) return tf.clone(origin);
    let x = y;
    for (let pass = 0; pass < this.arn.inputDim; pass++) {
      const { logScale, shift } = this.network(x);
      x = tf.mul(tf.sub(y, shift), tf.exp(tf.neg(logScale)));
    }
    return x;
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    return tf.sum(this.network(x).logScale, -1);
  }

  /** Keeps x as long as y lives, and no longer: the two are disposed together. */
  private remember(y: tf.Tensor, x: tf.Tensor): void {
    const origin = tf.keep(tf.clone(x));
    this.origins.set(y, origin);
    const dispose = y.dispose.bind(y);
    y.dispose = () => {
      if (!origin.isDisposed) origin.dispose();
      dispose();
    };
  }
  override toString(): string {
    return `${this.name}(${this.arn.inputDim}, ${this.arn.hiddenDim})`;
  }
}

/**
 * Whether tfjs is writing down what it computes. Only then may an origin stand in for the inverse: a draw off the tape
 * is a constant, whose inverse moves with the weights.
 */
function onTape(): boolean {
  const { state } = tf.engine();
  return state.activeTape !== undefined && state.activeTape !== null && state.kernelDepth === 0;
}
