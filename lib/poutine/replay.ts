/**
 * `replay` makes a program take the values of a trace where the names agree: how a model is run on what its guide
 * has drawn. Index sets of subsampled plates are sites too, so model and guide look at the same minibatch.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { lookup, type Table } from "./lookup.ts";
import type { Message, SampleMessage, SampleSite } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";
import { Trace } from "./trace-struct.ts";

/** Names of sites to replay, or for each site the name it has in the trace (a function: undefined leaves it). */
export type ReplaySites =
  | readonly string[]
  | ReadonlySet<string>
  | ReadonlyMap<string, string>
  | { readonly [name: string]: string }
  | ((name: string) => string | boolean | undefined);

export interface ReplayOptions {
  /** The trace whose sample values are taken. */
  trace?: Trace;
  /** Values of parameters by name (constrained). */
  params?: Table<Numeric>;
  /** Which sites to replay; all by default. */
  sites?: ReplaySites;
}

export class ReplayPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly options: ReplayOptions;

  constructor(fn: Program<A, R> | null, options: ReplayOptions | Trace, sites?: ReplaySites) {
    super(fn);
    this.options = options instanceof Trace ? { trace: options, ...(sites && { sites }) } : options;
    if (this.options.trace === undefined && this.options.params === undefined) {
      throw pyroError({
        what: "replay was given nothing to replay",
        expected: "a trace, values of parameters, or both",
        try: "replay(model, { trace: trace(guide).getTrace(...args) })",
      });
    }
  }

  override processMessage(msg: Message): undefined {
    if (msg.done) return;
    const { trace, params } = this.options;
    if (msg.type === "param") {
      const value = params === undefined ? undefined : lookup(params)(msg);
      if (value === undefined) return;
      msg.value = toTensor(value);
      msg.done = true;
    } else if (trace !== undefined && !msg.isObserved) {
      const name = this.#nameInTrace(msg.name);
      const past = name === undefined ? undefined : trace.nodes.get(name);
      if (past === undefined) return;
      if (past.type !== "sample" || past.isObserved) throw notLatent(msg.name, past.name, past.type);
      checkPlates(msg, past);
      msg.value = past.value as tf.Tensor;
      msg.infer = { ...past.infer, ...msg.infer };
      msg.done = true;
    }
  }

  /** What a site is called in the trace; undefined if it is not to be replayed. */
  #nameInTrace(name: string): string | undefined {
    const { sites } = this.options;
    if (sites === undefined) return name;
    if (typeof sites === "function") {
      const answer = sites(name);
      return typeof answer === "boolean" ? (answer ? name : undefined) : answer;
    }
    if (Array.isArray(sites)) return sites.includes(name) ? name : undefined;
    if (sites instanceof Set) return sites.has(name) ? name : undefined;
    if (sites instanceof Map) return sites.get(name);
    return Object.hasOwn(sites, name) ? (sites as { readonly [name: string]: string })[name] : undefined;
  }
}

/** Runs a program on the values of a trace: `replay(model, { trace })`. */
export function replay<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: ReplayOptions | Trace,
): ReplayPoutine<A, R> {
  return new ReplayPoutine(fn, options);
}

function notLatent(name: string, past: string, type: string): Error {
  return pyroError({
    what: `Site "${name}" cannot be replayed`,
    where: `site "${name}"`,
    expected: `a latent sample site "${past}" in the trace`,
    got: type === "sample" ? "an observed site" : `a ${type} site`,
    try: "give the sites different names, or leave this one out with the option `sites`",
  });
}

/** The same plate must have the same sizes in both programs: else the values do not fit, or the scales are wrong. */
function checkPlates(msg: SampleMessage, past: SampleSite): void {
  for (const frame of msg.condIndepStack) {
    const other = past.condIndepStack.find(({ name }) => name === frame.name);
    if (other === undefined) continue;
    if (other.size === frame.size && other.subsampleSize === frame.subsampleSize) continue;
    throw pyroError({
      what: `Plate "${frame.name}" has different sizes in the model and in the guide`,
      where: `site "${msg.name}", plate "${frame.name}"`,
      expected: `subsample size ${other.subsampleSize} of ${other.size}, as in the guide`,
      got: `subsample size ${frame.subsampleSize} of ${frame.size}`,
      try: "use the same size and subsampleSize in both",
    });
  }
}
