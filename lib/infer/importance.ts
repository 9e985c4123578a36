import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { block } from "../poutine/block.ts";
import type { SiteFilter } from "../poutine/message.ts";
import { tracePair } from "./pair.ts";
import type { Program, SameArgs } from "./program.ts";
import { lean, TracePosterior, type WeightedTrace } from "./trace-posterior.ts";

export interface ImportanceOptions<A extends unknown[]> {
  /** Draws the latent sites (default: the model itself, its observations hidden). */
  guide?: Program<SameArgs<A>>;
  /** How many executions (default 10). */
  numSamples?: number;
}

const optionNames: OptionNames<ImportanceOptions<unknown[]>> = { guide: true, numSamples: true };

/**
 * Importance sampling: latent values come from the guide, and each execution of the model on them weighs
 * p(x, z) / q(z).
 *
 * @example
 * const posterior = new Importance(model, { guide, numSamples: 1000 }).run(data);
 * posterior.getLogNormalizer(); // an estimate of log p(data)
 */
export class Importance<A extends unknown[] = unknown[]> extends TracePosterior<A> {
  readonly #model: Program<A>;
  readonly #guide: Program<A>;
  readonly numSamples: number;
  protected readonly normalizer = "mean";

  constructor(model: Program<A>, options: ImportanceOptions<A> = {}) {
    super();
    checkOptions("Importance", options, optionNames);
    const { guide, numSamples = 10 } = options;
    if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
      throw pyroError({
        what: "numSamples must be a whole number >= 1",
        where: "Importance",
        got: String(numSamples),
      });
    }
    this.#model = model;
    this.#guide = (guide as Program<A> | undefined) ?? block(model, { hideTypes: ["observe"] });
    this.numSamples = numSamples;
  }

  protected override get expected(): number {
    return this.numSamples;
  }

  protected *traces(...args: A): Iterable<WeightedTrace> {
    for (let i = 0; i < this.numSamples; i++) {
      yield lean(() => {
        const { model, guide } = tracePair(this.#model, this.#guide, args);
        return { trace: model, logWeight: tf.sub(model.logPdf(scored), guide.logPdf(scored)) };
      });
    }
  }
}

/** Index sets of plates are the same in both programs and have no density of interest. */
const scored: SiteFilter = (_, site) => site.isSubsample !== true;
