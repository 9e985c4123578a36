import * as tf from "@tensorflow/tfjs-core";
import { besselGap, broadcastTo, logI0e, type Numeric, standardVonMises } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { LOG_2PI } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

const TURN = 2 * Math.PI;

/**
 * Von Mises: the normal distribution of angles. p(x) = exp(concentration · cos(x - loc)) / (2π I₀(concentration)).
 *
 * - `loc`: the mean direction in radians.
 * - `concentration`: positive; one over the variance when it is large.
 *
 * Draws lie in [-π, π]; any other angle is scored as its equivalent there. `variance` is the circular one, 1 - I₁ / I₀.
 * There is no pathwise derivative.
 */
class VonMisesDistribution extends Parametric<"loc" | "concentration"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real },
    concentration: { constraint: constraints.positive },
  };
  declare readonly loc: tf.Tensor;
  declare readonly concentration: tf.Tensor;

  constructor(
    ...args: Args<[loc: Numeric, concentration: Numeric], { loc: Numeric; concentration: Numeric }>
  ) {
    super(args);
  }

  get support() {
    return constraints.real;
  }
  protected draw(batch: number[]) {
    const { loc, concentration } = this.params;
    const angle = tf.add(loc, standardVonMises(broadcastTo(concentration, batch)));
    return tf.sub(angle, tf.mul(tf.round(tf.div(angle, TURN)), TURN));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { loc, concentration } = this.params;
    // cos(d) - 1, without the loss of digits near the centre of a narrow peak.
    const drop = tf.mul(tf.square(tf.sin(tf.mul(tf.sub(x, loc), 0.5))), -2);
    return tf.sub(tf.mul(concentration, drop), tf.add(logI0e(concentration), LOG_2PI));
  }

  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return besselGap(this.params.concentration);
  }
  protected override entropyFormula() {
    const { concentration } = this.params;
    return tf.add(tf.add(logI0e(concentration), LOG_2PI), tf.mul(concentration, besselGap(concentration)));
  }
}

export const VonMises = family("VonMises", VonMisesDistribution);
export type VonMises = VonMisesDistribution;
