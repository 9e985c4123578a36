/** `reparam` draws sites by way of others: the geometry changes, the distribution of the model does not. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Distribution } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import { makeDeterministic } from "../primitives/deterministic.ts";
import type { Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import type { Program } from "./poutine.ts";
import { TablePoutine } from "./table-poutine.ts";

/** A way to draw a site. */
export interface Reparam {
  /**
   * Draws sites of its own, and computes the value of the site from them.
   * @param fn the distribution of the site, in the shape of its plates
   */
  draw(name: string, fn: Distribution): tf.Tensor;
}

export interface ReparamOptions {
  /** By site: an object, a Map, or a function of the site; undefined leaves the site as it is. */
  config: Table<Reparam>;
}

export class ReparamPoutine<A extends unknown[] = unknown[], R = unknown> extends TablePoutine<
  Reparam,
  A,
  R
> {
  readonly config: Table<Reparam>;

  constructor(fn: Program<A, R> | null, options: ReparamOptions) {
    super(fn, "reparam", options.config);
    this.config = options.config;
  }

  override processMessage(msg: Message): undefined {
    this.meet(msg.name);
    if (msg.type !== "sample" || msg.isSubsample === true || msg.infer._deterministic === true) return;
    const way = this.answer(msg);
    if (way === undefined) return;
    if (msg.isObserved || msg.done) {
      throw pyroError({
        what: "A site that has its value already cannot be drawn another way",
        where: `site "${msg.name}", handler reparam`,
        expected: "a latent site",
        try: "leave it out of config, or condition outside of reparam on the sites that take its place",
      });
    }
    makeDeterministic(msg, way.draw(msg.name, msg.fn));
  }
}

/**
 * Reparameterises sites: `reparam(model, { config: { theta: new LocScaleReparam(0) } })`. Each site becomes a
 * deterministic one, computed from the sites that take its place.
 */
export function reparam<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: ReparamOptions,
): ReparamPoutine<A, R> {
  return new ReparamPoutine(fn, options);
}
