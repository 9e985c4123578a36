import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { permutation as randomPermutation, uniform } from "../tensor/index.ts";
import { MaskedLinear } from "./masked-linear.ts";
import { Module } from "./module.ts";

export interface AutoRegressiveOptions {
  /** How many numbers are made for each input; they share one structure. 1 when absent. */
  outputDimMultiplier?: number;
  /** For each hidden unit, how many of the first inputs (in order) it sees: integers from 1. Random when absent. */
  maskEncoding?: readonly number[];
  /** The inputs in the order in which they may depend on each other: indices from 0. Random when absent. */
  permutation?: readonly number[];
}

const optionNames: OptionNames<AutoRegressiveOptions> = {
  outputDimMultiplier: true,
  maskEncoding: true,
  permutation: true,
};

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["getMaskEncoding", "getPermutation"] as const;

export interface AutoRegressiveNN extends PyroSpelling<AutoRegressiveNN, (typeof MANUAL)[number]> {}

/**
 * A network with one hidden layer in which an output depends only on the inputs before it in a chosen order: a
 * hidden unit sees the first m inputs, an output sees the hidden units whose m is at most its own place.
 *
 * The output has shape `[..., outputDimMultiplier, inputDim]`, or `[..., inputDim]` when the multiplier is 1.
 * Source: Germain, Gregor, Murray and Larochelle, "MADE" (2015).
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class AutoRegressiveNN extends Module {
  static {
    spellAsPyro(AutoRegressiveNN.prototype, MANUAL);
  }

  readonly inputDim: number;
  readonly hiddenDim: number;
  readonly outputDimMultiplier: number;
  readonly lin1: MaskedLinear;
  readonly lin2: MaskedLinear;
  private readonly encoding: readonly number[];
  private readonly order: readonly number[];

  constructor(inputDim: number, hiddenDim: number, options: AutoRegressiveOptions = {}) {
    super();
    checkOptions("AutoRegressiveNN", options, optionNames);
    const { outputDimMultiplier = 1 } = options;
    this.inputDim = inputDim;
    this.hiddenDim = hiddenDim;
    this.outputDimMultiplier = outputDimMultiplier;
    this.encoding = options.maskEncoding ?? randomEncoding(inputDim, hiddenDim);
    this.order = options.permutation ?? tf.tidy(() => Array.from(randomPermutation(inputDim).dataSync()));
    check("maskEncoding", this.encoding, hiddenDim, (m) => m >= 1 && m <= inputDim);
    check("permutation", this.order, inputDim, (i) => i >= 0 && i < inputDim && once(this.order, i));

    const place = this.order.map((_, input) => this.order.indexOf(input));
    const seen = place.map((at) => this.encoding.map((m) => Number(at < m)));
    const feeds = this.encoding.map((m) =>
      Array.from({ length: outputDimMultiplier }, () => place.map((at) => Number(m <= at))).flat(),
    );
    this.lin1 = new MaskedLinear(inputDim, hiddenDim, seen);
    this.lin2 = new MaskedLinear(hiddenDim, inputDim * outputDimMultiplier, feeds);
  }

  /** For each hidden unit, how many of the first inputs it sees: m(k) of the paper. */
  getMaskEncoding(): number[] {
    return [...this.encoding];
  }
  /** The inputs in the order of the factorisation. */
  getPermutation(): number[] {
    return [...this.order];
  }

  forward(z: tf.Tensor): tf.Tensor {
    const out = this.lin2.forward(tf.relu(this.lin1.forward(z)));
    if (this.outputDimMultiplier === 1) return out;
    return tf.reshape(out, [...z.shape.slice(0, -1), this.outputDimMultiplier, this.inputDim]);
  }
  protected override describe(): string {
    return `${this.inputDim}, ${this.hiddenDim}, { outputDimMultiplier: ${this.outputDimMultiplier} }`;
  }
}

/** Each hidden unit sees from 1 to inputDim - 1 inputs: no output depends on the last. */
function randomEncoding(inputDim: number, hiddenDim: number): number[] {
  const draws = tf.tidy(() => Array.from(uniform([hiddenDim]).dataSync()));
  return draws.map((u) => 1 + Math.floor(u * Math.max(1, inputDim - 1)));
}

const once = (values: readonly number[], value: number) =>
  values.indexOf(value) === values.lastIndexOf(value);

function check(
  name: string,
  values: readonly number[],
  length: number,
  holds: (value: number) => boolean,
): void {
  if (values.length === length && values.every((v) => Number.isInteger(v) && holds(v))) return;
  throw pyroError({
    what: `${name} of AutoRegressiveNN does not fit the network`,
    expected:
      name === "permutation"
        ? `each of 0 to ${length - 1} once`
        : `${length} integers from 1 to the number of inputs, one for each hidden unit`,
    got: `[${values.join(", ")}]`,
  });
}
