/**
 * Families of distributions with a static table of parameters. The table drives everything that the families share:
 * positional arguments, keywords of both ages of Pyro, defaults, broadcasting, validation and printing.
 *
 * Parameters are kept as they were given. They broadcast inside the formulas, so `Normal(tensor[10000], 1)` takes
 * the logarithm of one scale and not of ten thousand, and `expand` copies nothing.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { broadcastShapes, broadcastTo, isRecording, type Numeric, toTensor } from "../tensor/index.ts";
import { validationEnabled } from "../validation.ts";
import { parseArguments } from "./arguments.ts";
import { masked, type Shape, violationOf } from "./batch.ts";
import type { Constraint } from "./constraints.ts";
import { Distribution } from "./distribution.ts";

export interface ParameterSpec {
  /** What the parameter must satisfy; a function where that depends on other parameters. */
  readonly constraint: Constraint | ((params: Readonly<Record<string, tf.Tensor>>) => Constraint);
  /** Keywords of the 0.1 manual for the same parameter. */
  readonly aliases?: readonly string[];
  /** Value when absent. A parameter with none is required, unless an alternative is given. */
  readonly default?: number;
  /** May be absent without a default. */
  readonly optional?: boolean;
  /** Parameters of which exactly one is given share a name here: `probs` and `logits`. */
  readonly oneOf?: string;
  /** Rightmost axes that belong to one event (that of the constraint by default). */
  readonly eventDim?: number | ((settings: Readonly<Record<string, unknown>>) => number);
}

/** An argument that is not a tensor: a count of axes, a list of values. */
export interface SettingSpec {
  readonly setting: true;
  readonly aliases?: readonly string[];
  readonly default?: unknown;
}

export type ParameterTable = Readonly<Record<string, ParameterSpec | SettingSpec>>;

/** Options that every family of the manual takes. */
export interface Options {
  /** `false` forces the score-function estimator where a pathwise one exists. */
  reparameterized?: boolean;
  /** A new leftmost batch axis of this length. */
  batchSize?: number;
  /** Weights (or booleans) that multiply the score of each batch element. */
  logPdfMask?: Numeric;
  /** `false` skips the check of the parameters. */
  validateArgs?: boolean;
}

/** Exactly one of the keywords: `OneOf<"loc" | "mu">`. */
export type OneOf<Names extends string, Value = Numeric> = {
  [N in Names]: { [K in N]: Value } & { [K in Exclude<Names, N>]?: undefined };
}[Names];

/** Constructor arguments: positional and then options, or one object of keywords. */
export type Args<Positional extends unknown[], Keywords> =
  | [...positional: Positional, options?: Options]
  | [keywords: Keywords & Options];

export abstract class Parametric<
  Required extends string = string,
  Alternative extends string = never,
> extends Distribution {
  /** Name, constraint, keywords and default of each parameter, in the order of Pyro 1.9. */
  static readonly parameters: ParameterTable = {};

  /** The parameters that were given, as tensors, not broadcast. */
  readonly params: Readonly<Record<Required, tf.Tensor> & Partial<Record<Alternative, tf.Tensor>>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly options: Options;

  constructor(args: readonly unknown[]) {
    const family = new.target as unknown as { name: string; parameters: ParameterTable };
    const { params, settings, options } = parseArguments(family.name, family.parameters, args);
    const shapes = Object.entries(params).map(([name, tensor]) => {
      const spec = family.parameters[name] as ParameterSpec;
      return tensor.shape.slice(0, tensor.rank - eventDimOf(family.name, name, spec, params, settings));
    });
    super([
      ...(options.batchSize === undefined ? [] : [options.batchSize]),
      ...join(family.name, params, shapes),
    ]);
    this.params = params as typeof this.params;
    this.settings = settings;
    this.options = options;
    if (options.reparameterized === true && !this.pathwise) {
      throw pyroError({
        what: `${family.name} has no pathwise derivative`,
        got: "reparameterized: true",
        try: "leave the option out: the score function is used",
      });
    }
    if (validationEnabled() && options.validateArgs !== false && !isRecording()) this.validate();
  }

  override get hasRsample(): boolean {
    return this.pathwise && this.options.reparameterized !== false;
  }

  override get argConstraints(): Record<string, Constraint> {
    const constraints: Record<string, Constraint> = {};
    for (const [name, spec] of Object.entries(this.table())) {
      if (!("setting" in spec) && (name in this.params || spec.oneOf === undefined)) {
        constraints[name] = constraintOf(spec, this.params);
      }
    }
    return constraints;
  }

  private table(): ParameterTable {
    return (this.constructor as unknown as { parameters: ParameterTable }).parameters;
  }

  override logProb(value: Numeric): tf.Tensor {
    const { logPdfMask } = this.options;
    if (logPdfMask === undefined) return super.logProb(value);
    return tf.tidy(() => masked(super.logProb(value), toTensor(logPdfMask)));
  }

  /** Shares its parameters with the original: nothing is copied. */
  override expand(batchShape: Shape): this {
    const wanted = this.expandedShape(batchShape);
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { batchShape: wanted });
  }

  /** The same family with some of its parameters replaced; the batch shape is as before. */
  with(changed: Readonly<Partial<Record<Required, Numeric>>>): Distribution {
    const family = this.constructor as unknown as new (...args: unknown[]) => Distribution;
    const { batchSize: _, ...options } = this.options;
    return new family({ ...this.params, ...this.settings, ...changed, ...options }).expand(this.batchShape);
  }

  /** A parameter in the shape of the batch (and its own event). */
  parameter(name: string): tf.Tensor {
    const tensor = (this.params as Record<string, tf.Tensor | undefined>)[name];
    const spec = this.table()[name];
    if (tensor === undefined || spec === undefined || "setting" in spec) throw this.missing(name);
    const event = tensor.shape.slice(
      tensor.rank - eventDimOf(this.name, name, spec, this.params, this.settings),
    );
    return broadcastTo(tensor, [...this.batchShape, ...event]);
  }

  override validate(): void {
    for (const [name, tensor] of Object.entries<tf.Tensor>(this.params)) {
      const constraint = constraintOf(this.table()[name] as ParameterSpec, this.params);
      const found = violationOf(constraint, tensor);
      if (found !== undefined) {
        throw pyroError({
          what: `Parameter ${name} of ${this.name} does not satisfy ${constraint.name}`,
          expected: `${name} ${constraint.meaning.startsWith("an ") || constraint.meaning.startsWith("a ") ? "to be " : ""}${constraint.meaning}`,
          got: found,
          try: found.startsWith("NaN")
            ? "look for the step in which it became NaN: often a learning rate that is too large; in the first step, a NaN in the data"
            : `param(name, init, { constraint }) keeps a learned value inside ${constraint.name}`,
        });
      }
    }
  }

  protected override describe(): string {
    const parts = Object.entries<tf.Tensor>(this.params).map(([name, t]) => `${name}: ${showTensor(t)}`);
    for (const [name, value] of Object.entries(this.settings)) {
      const spec = this.table()[name] as SettingSpec;
      if (value !== undefined && value !== spec.default) parts.push(`${name}: ${String(value)}`);
    }
    const rest = super.describe();
    return [...parts, ...(rest === "" ? [] : [rest])].join(", ");
  }
}

function constraintOf(spec: ParameterSpec, params: Readonly<Record<string, tf.Tensor>>): Constraint {
  return typeof spec.constraint === "function" ? spec.constraint(params) : spec.constraint;
}

function eventDimOf(
  family: string,
  name: string,
  spec: ParameterSpec,
  params: Readonly<Record<string, tf.Tensor>>,
  settings: Readonly<Record<string, unknown>>,
): number {
  const n =
    typeof spec.eventDim === "function"
      ? spec.eventDim(settings)
      : (spec.eventDim ?? constraintOf(spec, params).eventDim);
  const rank = params[name]?.rank ?? n;
  if (rank < n) {
    throw pyroError({
      what: `Parameter ${name} of ${family} has too few axes`,
      expected: n === 1 ? "a vector, or a batch of vectors along the last axis" : `at least ${n} axes`,
      got: `shape [${params[name]?.shape ?? ""}]`,
    });
  }
  return n;
}

function join(family: string, params: Readonly<Record<string, tf.Tensor>>, shapes: number[][]): number[] {
  try {
    return broadcastShapes(...shapes);
  } catch (cause) {
    throw pyroError({
      what: `The parameters of ${family} do not broadcast with each other`,
      expected: "shapes that are equal, or 1, from the right",
      got: Object.entries(params)
        .map(([name, t]) => `${name} of shape [${t.shape}]`)
        .join(", "),
      try: "reshape one of them so that the axes line up from the right",
      cause,
    });
  }
}

function showTensor(t: tf.Tensor): string {
  if (t.rank > 0 || t.isDisposed || isRecording()) return `tensor[${t.shape}]`;
  return String(Number((t.dataSync()[0] ?? Number.NaN).toPrecision(7)));
}
