import * as tf from "@tensorflow/tfjs-core";
import {
  type Constraint,
  constraints,
  Delta,
  type Distribution,
  MultivariateNormal,
} from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { getParamStore } from "../../primitives.ts";
import { cholesky } from "../../tensor/index.ts";
import { AutoContinuous, type Marginals } from "./auto-continuous.ts";
import type { SiteValues } from "./auto-guide.ts";
import { AutoMultivariateNormal } from "./auto-multivariate-normal.ts";
import { type Hessian, type HessianMethod, hessian } from "./hessian.ts";
import { logJoint } from "./log-joint.ts";

/**
 * Laplace's approximation: SVI first finds the maximum of the posterior density on the unconstrained scale (parameter
 * `AutoLaplaceApproximation.loc`); then `laplaceApproximation` fits a Gaussian to the curvature there.
 *
 * @example
 * const guide = new AutoLaplaceApproximation(model);
 * await new SVI(model, guide, optim, "ELBO").run(1000);
 * const gaussian = guide.laplaceApproximation();
 * gaussian.quantiles([0.05, 0.95]);
 */
export class AutoLaplaceApproximation<A extends unknown[] = unknown[]> extends AutoContinuous<A> {
  /** How the second derivatives of the last approximation were found. */
  declare hessianMethod: HessianMethod | undefined;

  /**
   * The Gaussian with the mode and the curvature of the posterior, as a guide with parameters of its own
   * (`AutoLaplaceApproximation.gaussian.loc` ...), which may be trained on.
   * @param args those of the model
   * @throws where the point is no maximum
   */
  laplaceApproximation(...args: A): AutoMultivariateNormal<A> {
    this.setUp(args);
    const { model, init, createPlates } = this;
    const prefix = `${this.prefix}.gaussian`;
    tf.tidy(() => {
      const loc = this.loc();
      const { rows, method } = hessian(this.#loss(args), loc);
      this.hessianMethod = method;
      const factor = this.#factorOf(loc, rows);
      const scale = tf.sum(tf.mul(factor, tf.eye(this.latentDim)), -1);
      keep(`${prefix}.loc`, loc);
      keep(`${prefix}.scale`, scale, constraints.positive);
      keep(`${prefix}.scaleTril`, tf.div(factor, tf.expandDims(scale, -1)));
    });
    const guide = new AutoMultivariateNormal(model, { prefix, initStrategy: init, createPlates });
    guide.setUp(args);
    return guide;
  }

  override getPosterior(): Distribution {
    return Delta(this.loc(), 0, 1);
  }

  /** @throws since a point has none: the Gaussian has */
  override quantiles(_q: number | readonly number[]): SiteValues {
    throw pyroError({
      what: "AutoLaplaceApproximation is a point until its curvature is known",
      where: "quantiles",
      try: "guide.laplaceApproximation(...args).quantiles(q), with the arguments of the model",
    });
  }

  protected override drawLatent(): tf.Tensor {
    return this.loc();
  }

  protected override marginals(): Marginals {
    const loc = this.loc();
    return { loc, scale: tf.zerosLike(loc) };
  }

  /** Minus the log-density of model and data on the unconstrained scale. */
  #loss(args: A): (latent: tf.Tensor) => tf.Scalar {
    const joint = logJoint(this.model, args, (latent) => this.constrain(latent));
    return (latent) => tf.neg(joint(latent));
  }

  /** The Cholesky factor of the inverse of the curvature. */
  #factorOf(loc: tf.Tensor, rows: Hessian["rows"]): tf.Tensor {
    const curvature = tf.tensor2d(Float32Array.from(rows.flatMap((row) => Array.from(row))), [
      rows.length,
      rows.length,
    ]);
    if (tf.all(tf.isFinite(cholesky(curvature))).dataSync()[0] === 0) throw this.#noMaximum(rows);
    return MultivariateNormal({ loc, precisionMatrix: curvature }).scaleTril;
  }

  #noMaximum(rows: Hessian["rows"]): Error {
    const names = this.coordinates();
    const shown = rows.map((row, i) => `${names[i]}: ${Number(row[i]?.toPrecision(3))}`);
    return pyroError({
      what: "The posterior has no maximum here: its curvature is not positive in every direction",
      where: `${this.prefix}.laplaceApproximation`,
      expected: "a point that SVI has brought to the maximum",
      got: `curvatures ${shown.slice(0, 12).join(", ")}${shown.length > 12 ? ", ..." : ""}`,
      try: "more steps with a smaller learning rate; a direction that the data says nothing about needs a proper prior",
    });
  }
}

/** Sets a parameter, which keeps its name and its place in the store if it is there already. */
function keep(name: string, value: tf.Tensor, constraint?: Constraint): void {
  const store = getParamStore();
  store.set(name, value, store.has(name) ? {} : { constraint });
}
