import * as tf from "@tensorflow/tfjs-core";
import type { Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Unit: the trivial distribution over a value without content (an empty vector), with a log-density of one's own.
 * What `factor` adds to a model.
 *
 * - `logFactor`: the log-density, real.
 */
class UnitDistribution extends Parametric<"logFactor"> {
  static override readonly parameters = { logFactor: { constraint: constraints.real } };
  declare readonly logFactor: tf.Tensor;

  constructor(...args: Args<[logFactor: Numeric], { logFactor: Numeric }>) {
    super(args);
  }

  override get eventShape(): number[] {
    return [0];
  }
  get support() {
    return constraints.realVector;
  }
  protected override get pathwise() {
    return true;
  }
  /** An empty vector has nothing to check. */
  override validateSample(): void {}
  protected draw(batch: number[]) {
    return tf.zeros([...batch, 0]);
  }
  protected scoreFormula() {
    return tf.clone(this.params.logFactor);
  }
}

export const Unit = family("Unit", UnitDistribution);
export type Unit = UnitDistribution;
