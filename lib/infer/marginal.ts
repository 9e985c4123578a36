import * as tf from "@tensorflow/tfjs-core";
import type { DistributionLike } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { deepKey } from "./deep-key.ts";
import { drawIndex, logSumExp, normalized, type TracePosterior } from "./trace-posterior.ts";

export interface MarginalOptions {
  /** Which sites: a name, or several (values are then objects by name). Default: the return value. */
  sites?: string | readonly string[];
}

interface Bin {
  readonly value: unknown;
  readonly logWeights: number[];
}
interface Histogram {
  readonly bins: ReadonlyMap<string, number>;
  readonly values: readonly unknown[];
  readonly logProbs: readonly number[];
}

const optionNames: OptionNames<MarginalOptions> = { sites: true };

/**
 * The marginal distribution of what a program returns (or of some of its sites) under a posterior: a histogram over the
 * posterior's executions, in which deeply equal values are one. For the same arguments it is made once.
 *
 * @example new Marginal(new Search(model)).logPdf(tf.scalar(1), data)
 */
export class Marginal<A extends unknown[] = unknown[], V = unknown> {
  readonly posterior: TracePosterior<A>;
  readonly sites: string | readonly string[] | undefined;
  readonly #histograms = new Map<string, Histogram>();

  constructor(posterior: TracePosterior<A>, options: MarginalOptions = {}) {
    checkOptions("Marginal", options, optionNames);
    if (typeof (posterior as Partial<TracePosterior> | undefined)?.run !== "function")
      throw notPosterior(posterior);
    this.posterior = posterior;
    this.sites = options.sites;
  }

  /** Draws a value. */
  sample(...args: A): V {
    const { values, logProbs } = this.#histogram(args);
    return values[drawIndex(logProbs)] as V;
  }

  /** Log-probability of a value, a scalar; -Infinity for one that did not occur. */
  logPdf(value: V | number, ...args: A): tf.Scalar {
    const { bins, logProbs } = this.#histogram(args);
    // A number stands for the scalar tensor that a site has as well.
    const key = deepKey(value);
    const index = bins.get(key) ?? (typeof value === "number" ? bins.get(scalarKey(value)) : undefined);
    return tf.scalar(index === undefined ? Number.NEGATIVE_INFINITY : (logProbs[index] as number));
  }

  /** The manual's shape of `logPdf`: `[1]`. */
  batchLogPdf(value: V | number, ...args: A): tf.Tensor1D {
    return tf.tidy(() => tf.reshape(this.logPdf(value, ...args), [1]));
  }

  /** Every value that occurred, in the order of their first occurrence. */
  enumerateSupport(...args: A): V[] {
    return [...this.#histogram(args).values] as V[];
  }

  /**
   * The distribution for some arguments, to be used in a sample statement; its values must be tensors of one shape.
   *
   * @example sample("belief", new Marginal(new Search(speaker)).given(utterance))
   */
  given(...args: A): DistributionLike {
    const tensors = () => this.enumerateSupport(...args).map((value) => toTensor(value as Numeric));
    return {
      name: "Marginal",
      batchShape: [],
      eventShape: () => tensors()[0]?.shape ?? [],
      sample: () => tf.clone(toTensor(this.sample(...args) as Numeric)),
      logProb: (value) => this.logPdf(value as V, ...args),
      enumerateSupport: () => tf.tidy(() => tf.stack(tensors())),
    };
  }

  #histogram(args: A): Histogram {
    const key = deepKey(args);
    const known = this.#histograms.get(key);
    if (known !== undefined) return known;
    const { execTraces, logWeights } = this.posterior.run(...args);
    const bins = new Map<string, Bin>();
    for (const [i, trace] of execTraces.entries()) {
      const value = shownBy(trace, this.sites);
      const name = deepKey(value);
      const bin = bins.get(name) ?? { value, logWeights: [] };
      bin.logWeights.push(logWeights[i] as number);
      bins.set(name, bin);
    }
    const all = [...bins.values()];
    const made: Histogram = {
      bins: new Map([...bins.keys()].map((name, i) => [name, i])),
      values: all.map(({ value }) => value),
      logProbs: normalized(all.map((bin) => logSumExp(bin.logWeights))),
    };
    this.#histograms.set(key, made);
    return made;
  }
}

function shownBy(trace: Trace, sites: string | readonly string[] | undefined): unknown {
  if (sites === undefined) return nodeValue(trace, "_RETURN");
  if (typeof sites === "string") return nodeValue(trace, sites);
  return Object.fromEntries(sites.map((name) => [name, nodeValue(trace, name)]));
}

function nodeValue(trace: Trace, name: string): unknown {
  const node = trace.nodes.get(name);
  if (node !== undefined && node.type !== "args") return node.value;
  throw pyroError({
    what: `The program has no site "${name}"`,
    where: "option sites of Marginal",
    expected: `some of ${[...trace.sampleSites()].map((site) => site.name).join(", ")}`,
    got: name,
  });
}

function scalarKey(value: number): string {
  const scalar = tf.scalar(value);
  const key = deepKey(scalar);
  scalar.dispose();
  return key;
}

function notPosterior(got: unknown): Error {
  return pyroError({
    what: "Marginal needs a posterior",
    expected: "an Importance or a Search, or another TracePosterior",
    got: typeof got === "function" ? `the function ${got.name}` : String(got),
    try: "new Marginal(new Importance(model, { numSamples: 1000 }))",
  });
}
