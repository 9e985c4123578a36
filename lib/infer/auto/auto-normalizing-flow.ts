import * as tf from "@tensorflow/tfjs-core";
import {
  constraints,
  Normal,
  type Transform,
  TransformedDistribution,
  transforms,
} from "../../distributions/index.ts";
import type { HasParameters } from "../../nn/index.ts";
import { param, sample } from "../../primitives.ts";
import { restoring } from "../../restoring.ts";
import { getRngState, setRngState, setSeed } from "../../tensor/index.ts";
import type { Program } from "../program.ts";
import { sumTerms } from "../site-terms.ts";
import { AutoContinuous, type Marginals } from "./auto-continuous.ts";
import type { SiteValues } from "./auto-guide.ts";
import type { AutoNormalOptions } from "./auto-normal.ts";
import { checkScale } from "./init-scale.ts";
import { land } from "./point.ts";
import { drawnQuantiles } from "./quantiles.ts";
import { withParameters } from "./with-parameters.ts";

/** A transform of vectors that has weights, such as `dist.InverseAutoregressiveFlow(dim, hidden)`. */
export type Flow = Transform & HasParameters;
/** Makes the flows for vectors of a length, in the order in which they are applied. */
export type MakeFlows = (latentDim: number) => readonly Flow[];

interface Weight {
  readonly shape: number[];
  readonly values: Float32Array;
}

interface Structure {
  readonly flows: readonly Flow[];
  /** Initial weights by parameter name. */
  readonly weights: ReadonlyMap<string, Weight>;
}

/** What is random in the structure of a flow is the same for everyone: else saved weights would fit no other one. */
const STRUCTURE_SEED = 20160615;
/** Draws from which quantiles are estimated. */
const DRAWS = 2000;

/**
 * All latent sites as one vector of standard normals carried through flows, then scaled and shifted. The flows' weights
 * are the parameters `<prefix>.flows.<i>.<path>`; the last step, `<prefix>.scale` and `<prefix>.loc`, begins at the
 * initial values of the sites with a spread of about `initScale` (default 1: flows learn slowly through a narrow end).
 */
export class AutoNormalizingFlow<A extends unknown[] = unknown[]> extends AutoContinuous<A> {
  static override readonly optionNames: readonly string[] = [...AutoContinuous.optionNames, "initScale"];

  declare readonly initScale: number;
  declare private readonly makeFlows: MakeFlows;
  declare private structure: Structure | undefined;

  constructor(
    model: Program<A>,
    makeFlows: MakeFlows,
    { initScale = 1, ...options }: AutoNormalOptions<A> = {},
  ) {
    super(model, options);
    Object.assign(this, {
      initScale: checkScale(new.target.name, initScale),
      makeFlows,
      structure: undefined,
    });
  }

  override getPosterior(): TransformedDistribution {
    const { loc, scale } = this.#last();
    const base = Normal(tf.zeros([this.latentDim]), 1).toEvent(1);
    return TransformedDistribution(base, [...this.#flows(), transforms.affine(loc, scale, 1)]);
  }

  /** Estimated from draws: a flow has no quantiles in closed form. */
  override quantiles(q: number | readonly number[]): SiteValues {
    return this.aside(() => {
      const draws = this.#drawOf([DRAWS]);
      return this.unpack(drawnQuantiles(draws, q, this.directions()));
    });
  }

  /** Estimated from draws. */
  override median(): SiteValues {
    return this.quantiles(0.5);
  }

  override sample(sampleShape: readonly number[] | number = []): SiteValues {
    return this.aside(() => this.unpack(this.#drawOf(sampleShape)));
  }

  /** Scored as it is made, so that no flow has to be inverted. */
  protected override drawLatent(): tf.Tensor {
    const base = Normal(tf.zeros([this.latentDim]), 1).toEvent(1);
    const x = sample(`_${this.prefix}_base`, base, { infer: { isAuxiliary: true } });
    const { latent, logVolume } = this.#carried(x);
    return land(this.latentName, latent, 1, tf.neg(logVolume), { isAuxiliary: true });
  }

  protected override marginals(): Marginals {
    const { mean, variance } = tf.moments(this.#drawOf([DRAWS]), 0);
    return { loc: mean, scale: tf.sqrt(variance) };
  }

  #drawOf(sampleShape: readonly number[] | number): tf.Tensor {
    return this.#carried(Normal(tf.zeros([this.latentDim]), 1).sample(sampleShape)).latent;
  }

  /** The latent vector of a base vector, and log |det| of the way: `x.shape` without its last axis. */
  #carried(x: tf.Tensor): { latent: tf.Tensor; logVolume: tf.Tensor } {
    const { loc, scale } = this.#last();
    const volumes: tf.Tensor[] = [];
    let z = x;
    for (const flow of this.#flows()) {
      const next = flow.call(z);
      volumes.push(flow.logAbsDetJacobian(z, next));
      z = next;
    }
    volumes.push(tf.sum(tf.log(scale)));
    return { latent: tf.add(tf.mul(z, scale), loc), logVolume: sumTerms(volumes) };
  }

  #last(): Marginals {
    const init = () => tf.fill([this.latentDim], this.initScale);
    return {
      loc: this.loc(),
      scale: param(`${this.prefix}.scale`, init, { constraint: constraints.positive }),
    };
  }

  #flows(): readonly Flow[] {
    this.structure ??= this.#build();
    const { flows, weights } = this.structure;
    return flows.map((flow, i) =>
      withParameters(flow, (path) => {
        const name = `${this.prefix}.flows.${i}.${path}`;
        const begin = weights.get(name) as Weight;
        return param(name, () => tf.tensor(begin.values.slice(), begin.shape));
      }),
    );
  }

  /** The structure comes from a seed of its own, the weights from the user's. */
  #build(): Structure {
    const { latentDim, prefix } = this;
    const weights = new Map<string, Weight>();
    for (const [i, flow] of this.makeFlows(latentDim).entries()) {
      for (const [path, variable] of flow.namedParameters()) {
        const values = Float32Array.from(variable.dataSync());
        weights.set(`${prefix}.flows.${i}.${path}`, { shape: variable.shape, values });
        variable.dispose();
      }
    }
    const rng = getRngState();
    setSeed(STRUCTURE_SEED);
    return restoring(
      () => setRngState(rng),
      () => ({ flows: this.makeFlows(latentDim), weights }),
    );
  }
}
