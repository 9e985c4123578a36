import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import type { CompiledLoss } from "./compiled/compiled-loss.ts";
import { manyTimes } from "./compiled/repeat.ts";
import { explained } from "./diagnose.ts";
import { gradOf, hold, type LiveParams, release } from "./gradients.ts";
import { ParticlePlate } from "./particles.ts";
import type { Program } from "./program.ts";

export interface ElboOptions {
  /** How many runs of guide and model one estimate averages (default 1). */
  numParticles?: number;
  /**
   * Run all particles at once, as elements of a plate around guide and model, which must broadcast (default false).
   * A step then costs hardly more than one particle.
   */
  vectorizeParticles?: boolean;
  /** With `vectorizeParticles` or enumeration: how many axes belong to plates (default: found by running guide and model once). */
  maxPlateNesting?: number;
}

export const elboOptionNames: OptionNames<ElboOptions> = {
  numParticles: true,
  vectorizeParticles: true,
  maxPlateNesting: true,
};

/** The loss of a step and its gradients with respect to the unconstrained parameters, by name. */
export interface LossAndGrads {
  loss: number;
  grads: Record<string, tf.Tensor>;
}

/** One estimate: `loss` is its value, `surrogate` the scalar whose gradient is the estimate's gradient. */
export interface Estimate {
  readonly loss: tf.Tensor;
  /** The very same tensor as `loss` where every latent site is reparameterised. */
  readonly surrogate: tf.Tensor;
}

/** The same, as tensors: nothing has been read on the host yet. */
export interface LossTensors {
  readonly loss: tf.Tensor;
  readonly grads: Record<string, tf.Tensor>;
}

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["lossAndGrads"] as const;

export interface ElboEstimator extends PyroSpelling<ElboEstimator, (typeof MANUAL)[number]> {}

/**
 * An estimator of the evidence lower bound E_q[log p(x, z) - log q(z)]. What it returns is a loss, minus
 * the bound, averaged over `numParticles` runs of guide and model.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class ElboEstimator {
  static {
    spellAsPyro(ElboEstimator.prototype, MANUAL);
  }

  readonly numParticles: number;
  /** Of an estimator that is compiled. */
  protected readonly compiled?: CompiledLoss;
  readonly #together: ParticlePlate | undefined;

  constructor(options: ElboOptions = {}) {
    checkOptions(new.target.name, options, elboOptionNames);
    const { numParticles = 1, vectorizeParticles = false, maxPlateNesting } = options;
    if (!Number.isSafeInteger(numParticles) || numParticles < 1) {
      throw pyroError({
        what: "numParticles must be a whole number >= 1",
        where: this.constructor.name,
        got: String(numParticles),
      });
    }
    this.numParticles = numParticles;
    if (vectorizeParticles && numParticles > 1)
      this.#together = new ParticlePlate(numParticles, maxPlateNesting);
  }

  /**
   * One particle, or the sum of all of them where they stand in a plate at axis `particles`. The parameters that were
   * met are added to `params`.
   */
  protected abstract particle<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
    particles?: number,
  ): Estimate;

  /** An estimate of the loss. */
  loss<A extends unknown[]>(model: Program<A>, guide: Program<A>, ...args: A): number {
    const { numParticles, compiled } = this;
    if (compiled !== undefined) {
      return compiled.loss(model, guide, args, (given) => this.#lossTensor(model, guide, given));
    }
    // Each particle is a scope of its own, so that many of them need the memory of one.
    return explained(model, guide, args, () => {
      const together = this.#together;
      if (together !== undefined) {
        return readNumber(() => this.#atOnce(together, model, guide, args).loss) / numParticles;
      }
      let sum = 0;
      const one = manyTimes(
        numParticles,
        [model, guide, ...args],
        () => this.particle(model, guide, args).loss,
      );
      for (let i = 0; i < numParticles; i++) sum += readNumber(one);
      return sum / numParticles;
    });
  }

  /** An estimate of the loss and of its gradients with respect to every parameter that ran. */
  lossAndGrads<A extends unknown[]>(model: Program<A>, guide: Program<A>, ...args: A): LossAndGrads {
    const { compiled } = this;
    const { loss, grads } =
      compiled === undefined
        ? this.tensors(model, guide, args)
        : compiled.tensors(model, guide, args, (given) => this.tensors(model, guide, given));
    const value = loss.dataSync()[0] ?? Number.NaN;
    loss.dispose();
    return { loss: value, grads };
  }

  /** `loss` as a tensor. */
  #lossTensor<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): tf.Tensor {
    const { numParticles } = this;
    return explained(model, guide, args, () => {
      if (this.#together !== undefined) {
        return tf.div(this.#atOnce(this.#together, model, guide, args).loss, numParticles);
      }
      // The loss alone: whoever does not ask for a surrogate moves no baseline.
      const losses = Array.from({ length: numParticles }, () => this.particle(model, guide, args).loss);
      return numParticles === 1 ? (losses[0] as tf.Tensor) : tf.mean(tf.stack(losses));
    });
  }

  /** `lossAndGrads` without reading the loss. */
  tensors<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): LossTensors {
    return explained(model, guide, args, () =>
      tf.tidy(() => {
        let held: tf.Tensor | undefined;
        const { value, grads } = gradOf((params) => {
          const estimate = this.estimate(model, guide, args, params);
          if (estimate.loss !== estimate.surrogate) held = hold(estimate.loss);
          return estimate.surrogate;
        });
        return { loss: held === undefined ? value : release(held), grads };
      }),
    );
  }

  /**
   * The loss as a scalar tensor to be used inside a function that tfjs differentiates
   * (`tf.variableGrads(() => elbo.differentiableLoss(model, guide, x))`).
   */
  differentiableLoss<A extends unknown[]>(model: Program<A>, guide: Program<A>, ...args: A): tf.Scalar {
    return explained(model, guide, args, () =>
      tf.tidy(() => {
        const { loss, surrogate } = this.estimate(model, guide, args);
        if (loss === surrogate) return loss as tf.Scalar;
        // Value of the loss, gradient of the surrogate.
        return withGradientOf(loss, surrogate) as tf.Scalar;
      }),
    );
  }

  private estimate<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
  ): Estimate {
    const { numParticles } = this;
    if (numParticles === 1) return this.particle(model, guide, args, params);
    if (this.#together !== undefined) {
      const sum = this.#atOnce(this.#together, model, guide, args, params);
      const loss = tf.div(sum.loss, numParticles);
      return { loss, surrogate: sum.surrogate === sum.loss ? loss : tf.div(sum.surrogate, numParticles) };
    }
    const all = Array.from({ length: numParticles }, () => this.particle(model, guide, args, params));
    const mean = (terms: tf.Tensor[]) => tf.mean(tf.stack(terms));
    const loss = mean(all.map((e) => e.loss));
    const same = all.every((e) => e.loss === e.surrogate);
    return { loss, surrogate: same ? loss : mean(all.map((e) => e.surrogate)) };
  }

  /** The sum over all particles. */
  #atOnce<A extends unknown[]>(
    plate: ParticlePlate,
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
  ): Estimate {
    const dim = plate.dim(model, guide, args);
    return this.particle(plate.around(model, dim), plate.around(guide, dim), args, params, dim);
  }
}

function readNumber(f: () => tf.Tensor): number {
  return tf.tidy(() => f().dataSync()[0] ?? Number.NaN);
}

function withGradientOf(value: tf.Tensor, source: tf.Tensor): tf.Tensor {
  const pass = tf.customGrad((...inputs: unknown[]) => {
    const [, constant] = inputs as [tf.Tensor, tf.Tensor];
    return { value: tf.clone(constant), gradFunc: (dy: tf.Tensor) => [dy, tf.zerosLike(dy)] };
  });
  return pass(source, value);
}
