import * as tf from "@tensorflow/tfjs-core";
import type { HasParameters } from "../nn/module.ts";
import { uniform } from "../tensor/index.ts";
import { callable } from "./callable.ts";
import { realVector } from "./constraints.ts";
import { detached } from "./helpers.ts";
import { Transform } from "./transform.ts";

/** Halvings of an interval: enough for every bit of a float32. */
const HALVINGS = 30;

/**
 * Planar flow: y = x + u · tanh(wᵀx + b), which squeezes or stretches space across a hyperplane. `u` is bent so that
 * wᵀu > -1, which makes it a bijection.
 *
 * - `inputDim`: length of the vectors.
 *
 * Register `u`, `w` and `b` with `module("my_flow", flow)`. The inverse is the root of one increasing function of wᵀx.
 * Source: Rezende and Mohamed, "Variational inference with normalizing flows" (2015), appendix A.
 */
class PlanarTransform extends Transform implements HasParameters {
  readonly name = "Planar";
  readonly domain = realVector;
  readonly codomain = realVector;
  readonly u: tf.Variable;
  readonly w: tf.Variable;
  readonly b: tf.Variable;

  constructor(inputDim: number) {
    super();
    const begin = () =>
      tf.tidy(() => tf.variable(tf.div(tf.sub(uniform([inputDim]), 0.5), Math.sqrt(inputDim))));
    this.u = begin();
    this.w = begin();
    this.b = tf.variable(tf.zeros([1]));
  }

  namedParameters(): [path: string, variable: tf.Variable][] {
    return [
      ["u", this.u],
      ["w", this.w],
      ["b", this.b],
    ];
  }
  get parameters(): tf.Variable[] {
    return [this.u, this.w, this.b];
  }

  /** u with softplus(wᵀu) - 1 in the place of wᵀu, and that product. */
  private bent(): { u: tf.Tensor; product: tf.Tensor } {
    const plain = tf.sum(tf.mul(this.w, this.u));
    const product = tf.sub(tf.softplus(plain), 1);
    const by = tf.div(tf.sub(product, plain), tf.sum(tf.square(this.w)));
    return { u: tf.add(this.u, tf.mul(this.w, by)), product };
  }
  /** wᵀx, with the last axis kept. */
  private along(x: tf.Tensor): tf.Tensor {
    return tf.sum(tf.mul(x, this.w), -1, true);
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return tf.add(x, tf.mul(this.bent().u, tf.tanh(tf.add(this.along(x), this.b))));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    const { u, product } = this.bent();
    const goal = this.along(y);
    const root = detached(() => {
      const reach = tf.abs(product);
      let [low, high] = [tf.sub(goal, reach), tf.add(goal, reach)];
      for (let i = 0; i < HALVINGS; i++) {
        const middle = tf.mul(tf.add(low, high), 0.5);
        const short = tf.less(tf.add(middle, tf.mul(product, tf.tanh(tf.add(middle, this.b)))), goal);
        low = tf.where(short, middle, low);
        high = tf.where(short, high, middle);
      }
      return tf.mul(tf.add(low, high), 0.5);
    });
    // One step of Newton from the root moves nothing but carries its derivative.
    const bend = tf.tanh(tf.add(root, this.b));
    const slope = tf.add(1, tf.mul(product, tf.sub(1, tf.square(bend))));
    const excess = tf.sub(tf.add(root, tf.mul(product, bend)), goal);
    const at = tf.sub(root, tf.div(excess, slope));
    return tf.sub(y, tf.mul(u, tf.tanh(tf.add(at, this.b))));
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    const bend = tf.tanh(tf.add(this.along(x), this.b));
    const det = tf.add(1, tf.mul(this.bent().product, tf.sub(1, tf.square(bend))));
    return tf.squeeze(tf.log(det), [-1]);
  }
  override toString(): string {
    return `Planar(${this.u.shape})`;
  }
}

export const Planar = callable("Planar", PlanarTransform);
export type Planar = PlanarTransform;
