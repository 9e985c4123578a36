import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { block } from "../poutine/block.ts";
import { activeHandlers } from "../poutine/stack.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { uniform } from "../tensor/index.ts";
import { LongCall } from "./long-call.ts";
import { reachable, type WeightedTrace } from "./weighted-trace.ts";

/**
 * A posterior as weighted executions of a program. A subclass says which executions; this class keeps them,
 * weighs them and draws from them. Their tensors stay alive as long as the traces are in use.
 */
export abstract class TracePosterior<A extends unknown[] = unknown[]> {
  /** The executions of the last `run`. */
  execTraces: Trace[] = [];
  /** Their log-weights, unnormalised. */
  logWeights: number[] = [];

  /** The executions for some arguments, one after the other. */
  protected abstract traces(...args: A): Iterable<WeightedTrace>;

  /** How many executions there are going to be, where that is known. */
  protected get expected(): number | undefined {
    return undefined;
  }

  /** What the weights estimate the normalizer by: their mean, if they come from independent draws, or their sum. */
  protected abstract readonly normalizer: "mean" | "sum";

  /** Runs the program; fills `execTraces` and `logWeights`. Where it is told to stop, with the executions so far. */
  run(...args: A): this {
    const { traces, logWeights } = this.#collect(args);
    this.execTraces = traces;
    this.logWeights = logWeights;
    return this;
  }

  /** Runs the program anew and draws one of its executions, by weight. */
  sample(...args: A): Trace {
    const { traces, logWeights } = this.#collect(args);
    return traces[drawIndex(logWeights)] as Trace;
  }

  /** The logarithm of the normalizing constant: an estimate of the log evidence, in nats. */
  getLogNormalizer(): number {
    const sum = logSumExp(this.#ran().logWeights);
    return this.normalizer === "sum" ? sum : sum - Math.log(this.logWeights.length);
  }

  /** The weights, scaled so that they sum to 1 (or their logarithms). */
  getNormalizedWeights({ logScale = false }: { logScale?: boolean } = {}): number[] {
    return normalized(this.#ran().logWeights).map((w) => (logScale ? w : Math.exp(w)));
  }

  /** Effective sample size: how many equally weighted executions are worth as much, 1 / (sum of squared weights). */
  getESS(): number {
    return 1 / this.getNormalizedWeights().reduce((sum, w) => sum + w * w, 0);
  }

  #ran(): this {
    if (this.logWeights.length > 0) return this;
    throw pyroError({
      what: "There are no executions yet",
      where: this.constructor.name,
      try: "call run(...args) first",
    });
  }

  #collect(args: A): { traces: Trace[]; logWeights: number[] } {
    const traces: Trace[] = [];
    const keeps: unknown[] = [];
    let logWeights: number[] = [];
    tf.tidy(() => {
      const weights: tf.Tensor[] = [];
      const collect = () => {
        const what = this.constructor.name;
        const call = new LongCall({ what, unit: "executions", total: this.expected });
        for (const { trace, logWeight, keeps: own = reachable(trace) } of this.traces(...args)) {
          pollInterrupt();
          traces.push(trace);
          keeps.push(own);
          weights.push(logWeight);
          if (!call.goesOn(traces.length)) break;
        }
        call.end();
      };
      // Where this runs inside a model, the sites of these executions are none of that model's.
      if (activeHandlers().length === 0) collect();
      else block(null, { hideAll: true }).run(collect);
      if (weights.length > 0) logWeights = Array.from(tf.stack(weights).dataSync(), Number);
      return keeps as tf.Tensor[];
    });
    if (logWeights.length === 0) return { traces, logWeights };
    if (logWeights.some((w) => w > Number.NEGATIVE_INFINITY)) return { traces, logWeights };
    throw pyroError({
      what: logWeights.some(Number.isNaN)
        ? "A weight is not a number"
        : "No execution of the program is possible: every weight is zero",
      where: this.constructor.name,
      try: "look at the log-densities of one of them: trace.computeLogProb(), or a guide that draws possible values",
    });
  }
}

/** An index drawn with the given log-weights. */
export function drawIndex(logWeights: readonly number[]): number {
  const weights = normalized(logWeights).map(Math.exp);
  let rest = tf.tidy(() => uniform([]).dataSync()[0] ?? 0);
  const index = weights.findIndex((w) => {
    rest -= w;
    return rest < 0;
  });
  // Rounding may leave a little: then it is the last that is possible at all.
  return index >= 0 ? index : weights.findLastIndex((w) => w > 0);
}

export function normalized(logWeights: readonly number[]): number[] {
  const sum = logSumExp(logWeights);
  return logWeights.map((w) => w - sum);
}

export function logSumExp(terms: readonly number[]): number {
  const max = terms.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(max)) return max;
  return max + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - max), 0));
}
