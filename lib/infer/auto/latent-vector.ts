/** All latent sites of a model as one vector: their unconstrained values, flattened, in the order of the model. */

import * as tf from "@tensorflow/tfjs-core";
import { put } from "../../records.ts";
import { broadcastShapes } from "../../tensor/index.ts";
import { sumTerms, total } from "../site-terms.ts";
import { initialTensor, type LatentSite } from "./latent-site.ts";
import type { Unconstrained } from "./log-joint.ts";

/** The share of one site in a vector, in the site's unconstrained shape. */
export interface Part {
  readonly site: LatentSite;
  readonly x: tf.Tensor;
}

/** The batch axes of a site, from those of the vector and those that the site has by itself. */
type Arrangement = (batch: readonly number[], own: readonly number[]) => number[];

/** Draws of the vector stand left of everything that a site has. */
const drawsFirst: Arrangement = (batch, own) => [...batch, ...own];
/** Plates around the vector have axes of their own, and leave those of the model's plates free. */
const platesAligned: Arrangement = (batch, own) => broadcastShapes(own, batch);

/** How many numbers of the vector are a site's. */
export function sizeOf({ initial }: LatentSite): number {
  return initial.values.length;
}

export class LatentVector {
  readonly sites: readonly LatentSite[];

  constructor(sites: readonly LatentSite[]) {
    this.sites = sites;
  }

  /** How many numbers it has. */
  get size(): number {
    return this.sites.reduce((sum, site) => sum + sizeOf(site), 0);
  }

  /** Where the sites start: shape `[size]`. */
  initial(): tf.Tensor {
    return tf.concat(this.sites.map((site) => tf.reshape(initialTensor(site), [-1])));
  }

  /** @param latent shape `[..., size]`, its batch axes those of draws, or of plates around the vector */
  parts(latent: tf.Tensor, batchIs: "draws" | "plates" = "draws"): Part[] {
    const arrange = batchIs === "draws" ? drawsFirst : platesAligned;
    const batch = latent.shape.slice(0, -1);
    const origin = batch.map(() => 0);
    let start = 0;
    return this.sites.map((site) => {
      const size = sizeOf(site);
      const part = tf.slice(latent, [...origin, start], [...batch, size]);
      start += size;
      const { shape, eventDim } = site.initial;
      const own = shape.slice(0, shape.length - eventDim);
      const event = shape.slice(shape.length - eventDim);
      return { site, x: tf.reshape(part, [...arrange(batch, own), ...event]) };
    });
  }

  /** The values of the sites that a vector stands for: `latent` of shape `[..., size]`. */
  unpack(latent: tf.Tensor): Record<string, tf.Tensor> {
    return tf.tidy(() => {
      const entries = this.parts(latent).map(
        ({ site, x }) => [site.name, tf.clone(site.transform.call(x))] as const,
      );
      return Object.fromEntries(entries);
    });
  }

  /** The values that a vector stands for, and the change of volume on the way. */
  constrain(latent: tf.Tensor): Unconstrained {
    const values: Record<string, tf.Tensor> = {};
    const volumes = this.parts(latent).map(({ site, x }) => {
      const y = site.transform.call(x);
      put(values, site.name, y);
      return total(site.transform.logAbsDetJacobian(x, y));
    });
    return { values, logVolume: sumTerms(volumes) };
  }

  /** What each number belongs to: `x`, or `x[0]`, `x[1]` ... of a site of several. */
  coordinates(): string[] {
    return this.sites.flatMap((site) =>
      Array.from({ length: sizeOf(site) }, (_, i) => (sizeOf(site) === 1 ? site.name : `${site.name}[${i}]`)),
    );
  }
}
