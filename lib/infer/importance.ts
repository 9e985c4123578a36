import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { block } from "../poutine/block.ts";
import { Executions } from "./compiled/executions.ts";
import { notCompiled } from "./compiled/not-compiled.ts";
import { WORTH_COMPILING } from "./compiled/repeat.ts";
import { tracePair } from "./pair.ts";
import type { Program, SameArgs } from "./program.ts";
import { TracePosterior } from "./trace-posterior.ts";
import { lean, scored, type WeightedTrace } from "./weighted-trace.ts";

export interface ImportanceOptions<A extends unknown[]> {
  /** Draws the latent sites (default: the model itself, its observations hidden). */
  guide?: Program<SameArgs<A>>;
  /** How many executions (default 10). */
  numSamples?: number;
  /**
   * Compile the executions: "auto" (default) a hundred and more where that is possible, true to demand it, false never.
   * Of a compiled one values and log-densities are kept; its distributions are found by a run on these once they are
   * asked for, as long as the model is what it was.
   */
  compile?: "auto" | boolean;
}

const optionNames: OptionNames<ImportanceOptions<unknown[]>> = {
  guide: true,
  numSamples: true,
  compile: true,
};

/**
 * Importance sampling: latent values come from the guide, and each execution of the model on them weighs
 * p(x, z) / q(z). A hundred executions and more are compiled where that is possible; the random stream is the same.
 *
 * @example
 * const posterior = new Importance(model, { guide, numSamples: 1000 }).run(data);
 * posterior.getLogNormalizer(); // an estimate of log p(data)
 */
export class Importance<A extends unknown[] = unknown[]> extends TracePosterior<A> {
  readonly #model: Program<A>;
  readonly #guide: Program<A>;
  readonly numSamples: number;
  readonly #compile: "auto" | boolean;
  #reason: string | undefined = "it has not run yet";
  protected readonly normalizer = "mean";

  constructor(model: Program<A>, options: ImportanceOptions<A> = {}) {
    super();
    checkOptions("Importance", options, optionNames);
    const { guide, numSamples = 10, compile = "auto" } = options;
    if (!Number.isSafeInteger(numSamples) || numSamples < 1) {
      throw pyroError({
        what: "numSamples must be a whole number >= 1",
        where: "Importance",
        got: String(numSamples),
      });
    }
    if (compile !== "auto" && typeof compile !== "boolean") {
      throw pyroError({
        what: "There is no such way to compile",
        where: "option compile of Importance",
        expected: '"auto", true or false',
        got: String(compile),
      });
    }
    this.#model = model;
    this.#guide = (guide as Program<A> | undefined) ?? block(model, { hideTypes: ["observe"] });
    this.numSamples = numSamples;
    this.#compile = compile;
  }

  /** Why the last run's executions were not compiled; undefined where they were. */
  get reason(): string | undefined {
    return this.#reason;
  }

  protected override get expected(): number {
    return this.numSamples;
  }

  protected *traces(...args: A): Iterable<WeightedTrace> {
    const make = () => {
      const { model, guide } = tracePair(this.#model, this.#guide, args);
      return { trace: model, logWeight: tf.sub(model.logPdf(scored), guide.logPdf(scored)) };
    };
    const executions = this.#compiled(args, make);
    for (let i = 0; i < this.numSamples; i++) {
      const made = executions?.next() ?? lean(make);
      if (executions !== undefined) this.#reason = executions.reason;
      if (this.#compile === true && executions?.refusal !== undefined)
        throw notCompiled("The executions", "option compile of Importance", executions.refusal);
      yield made;
    }
  }

  #compiled(args: A, make: () => WeightedTrace): Executions<A> | undefined {
    this.#reason = this.#compile === false ? "compile is false" : FEW;
    const few = this.#compile === "auto" && this.numSamples < WORTH_COMPILING;
    if (few || this.#compile === false) return undefined;
    return new Executions(this.#model, args, make, [this.#guide]);
  }
}

const FEW = `fewer than ${WORTH_COMPILING} executions are over before compiling would pay`;
