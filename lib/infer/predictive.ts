import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { condition } from "../poutine/condition.ts";
import { lookup } from "../poutine/lookup.ts";
import { replay } from "../poutine/replay.ts";
import { trace } from "../poutine/trace.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { put } from "../records.ts";
import { getRngState, setRngState } from "../tensor/index.ts";
import { manyTimes } from "./compiled/repeat.ts";
import { hasNaN } from "./diagnose.ts";
import { LongCall } from "./long-call.ts";
import { sitesOf } from "./pair.ts";
import { sampledOnly } from "./posterior-data.ts";
import { drawTogether } from "./predictive-parallel.ts";
import type { Leading, Program, SameArgs } from "./program.ts";

export interface PredictiveOptions<A extends unknown[]> {
  /** Where the latent sites come from: a guide, run once for each draw. */
  guide?: Program<SameArgs<A>>;
  /** Or draws by site name, each with the same leading axis. */
  posteriorSamples?: Readonly<Record<string, tf.Tensor>>;
  /** How many draws (default: as many as `posteriorSamples` has). */
  numSamples?: number;
  /** Which sites to return (default: all sample sites of the model). */
  returnSites?: readonly string[];
  /**
   * Make all draws in one run, along an axis left of all others (default false). The model must count its axes from
   * the right; one that does not keep the draws apart is refused.
   */
  parallel?: boolean;
}

const optionNames: OptionNames<PredictiveOptions<unknown[]>> = {
  guide: true,
  posteriorSamples: true,
  numSamples: true,
  returnSites: true,
  parallel: true,
};

/**
 * Draws from the predictive distribution: the model run on latent values of a guide, of given posterior
 * samples, or, with neither, of the prior. Call the model without its data to have the data predicted;
 * sites that it observes are returned as observed. A hundred draws and more are compiled where that is possible; the
 * random stream is the same.
 *
 * @example new Predictive(model, { guide, numSamples: 500 }).run(x).y  // shape [500, ...]
 */
export class Predictive<A extends unknown[] = unknown[]> {
  readonly #model: Program<A>;
  readonly #options: PredictiveOptions<A>;
  readonly #numSamples: number;

  /** @throws where the number of draws is unknown or the posterior samples disagree about it */
  constructor(model: Program<A>, options: PredictiveOptions<A> = {}) {
    checkOptions("Predictive", options, optionNames);
    if (typeof model !== "function") {
      throw pyroError({ what: "Predictive needs a model, which is a function", got: String(model) });
    }
    this.#model = model;
    this.#options = options;
    this.#numSamples = countOf(options);
  }

  toString(): string {
    return `Predictive(${this.#model.name || "model"}, numSamples: ${this.#numSamples})`;
  }

  /** @returns for each site a tensor `[numSamples, ...shape of the site]`; with fewer draws where it was told to stop */
  run(...given: Leading<A>): Record<string, tf.Tensor> {
    const args = given as A;
    const { parallel = false, returnSites } = this.#options;
    if (parallel) {
      return tf.tidy(() => {
        const values = drawTogether(this.#model, this.#options, this.#numSamples, args);
        return wantedOf(values, returnSites);
      });
    }
    const rng = getRngState();
    return tf.tidy(() => {
      const draw = (data: Given) => tf.tidy(() => valuesOf(this.#draw(data, args), returnSites));
      const programs = [this.#model, this.#options.guide, ...args];
      const result = this.#drawAll(manyTimes(this.#numSamples, programs, draw));
      if (!Object.values(result).some(hasNaN)) return result;
      // Without the compiler it is told which site is wrong.
      setRngState(rng);
      return this.#drawAll(draw);
    });
  }

  #drawAll(draw: (data: Given) => Record<string, tf.Tensor>): Record<string, tf.Tensor> {
    const { posteriorSamples = {}, returnSites } = this.#options;
    const draws: Record<string, tf.Tensor>[] = [];
    const call = new LongCall({ what: "Predictive", unit: "draws", total: this.#numSamples });
    for (let i = 0; i < this.#numSamples && call.goesOn(i); i++) {
      pollInterrupt();
      const data: Record<string, tf.Tensor> = {};
      for (const [name, all] of Object.entries(posteriorSamples)) put(data, name, tf.gather(all, i));
      draws.push(draw(data));
      tf.dispose(data);
    }
    call.end(draws.length);
    return stacked(draws, returnSites);
  }

  #draw(data: Given, args: A): Trace {
    const { guide, posteriorSamples } = this.#options;
    let program: Program<A> = this.#model;
    if (posteriorSamples !== undefined) program = condition(program, { data: lookup(sampledOnly(data)) });
    if (guide !== undefined)
      program = replay(program, { trace: trace(guide as Program<A>).getTrace(...args) });
    return trace(program).getTrace(...args);
  }
}

/** Posterior samples of one draw. */
type Given = Readonly<Record<string, tf.Tensor>>;

function countOf<A extends unknown[]>({ numSamples, posteriorSamples }: PredictiveOptions<A>): number {
  const counts = Object.entries(posteriorSamples ?? {}).map(
    ([name, { shape }]) => [name, shape[0] ?? 0] as const,
  );
  const [first] = counts;
  const odd = counts.find(([, n]) => n !== first?.[1]);
  if (first !== undefined && odd !== undefined) {
    throw pyroError({
      what: "The posterior samples disagree about the number of draws",
      where: `site "${odd[0]}"`,
      expected: `a leading axis of ${first[1]}, as site "${first[0]}" has`,
      got: String(odd[1]),
    });
  }
  const count = numSamples ?? first?.[1];
  if (count === undefined || !Number.isSafeInteger(count) || count < 1 || count > (first?.[1] ?? count)) {
    throw pyroError({
      what: "Predictive does not know how many draws to make",
      where: "option numSamples of Predictive",
      expected: first === undefined ? "a whole number >= 1" : `a whole number from 1 to ${first[1]}`,
      got: String(count),
    });
  }
  return count;
}

function valuesOf(run: Trace, wanted: readonly string[] | undefined): Record<string, tf.Tensor> {
  const values: Record<string, tf.Tensor> = {};
  // A copy: an observed value is the caller's own tensor.
  for (const { name, value } of sitesOf(run)) if (value !== undefined) put(values, name, tf.clone(value));
  return wantedOf(values, wanted);
}

/** @throws for a wanted site that is not there */
function wantedOf(
  values: Record<string, tf.Tensor>,
  wanted: readonly string[] | undefined,
): Record<string, tf.Tensor> {
  if (wanted === undefined) return values;
  const chosen: Record<string, tf.Tensor> = {};
  for (const name of wanted) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw pyroError({
        what: `The model has no sample site "${name}"`,
        where: "option returnSites of Predictive",
        expected: `some of ${Object.keys(values).join(", ")}`,
        got: name,
      });
    }
    put(chosen, name, value);
  }
  return chosen;
}

function stacked(
  draws: readonly Record<string, tf.Tensor>[],
  wanted: readonly string[] | undefined,
): Record<string, tf.Tensor> {
  const result: Record<string, tf.Tensor> = {};
  for (const name of wanted ?? Object.keys(draws[0] ?? {})) {
    const values = draws
      .map((draw) => (Object.hasOwn(draw, name) ? draw[name] : undefined))
      .filter((value) => value !== undefined);
    // A site that some runs do not reach has no common axis of draws.
    if (values.length < draws.length) continue;
    const shape = values[0]?.shape ?? [];
    const odd = values.find((value) => !tf.util.arraysEqual(value.shape, shape));
    if (odd !== undefined) {
      throw pyroError({
        what: "The draws of a site have different shapes and cannot be stacked",
        where: `site "${name}"`,
        expected: `[${shape.join(", ")}], as in the first draw`,
        got: `[${odd.shape.join(", ")}]`,
        try: "returnSites without this site",
      });
    }
    put(result, name, tf.stack(values));
  }
  return result;
}
