/** `lift` draws parameters from a prior: every `param` of a known name becomes a `sample`. */
import { lookup, type Table } from "./lookup.ts";
import type { Message, Site } from "./message.ts";
import { optionOr, Poutine, type Program } from "./poutine.ts";
import { drawsByItself, type Sampleable, toDistribution } from "./stochastic.ts";

export interface LiftOptions {
  /**
   * A distribution or stochastic function for all parameters, a function of the site that returns one (undefined
   * leaves the parameter), or an object or Map of them by name.
   */
  prior: Sampleable | Table<Sampleable>;
}

export class LiftPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly prior: (site: Site) => unknown;

  constructor(fn: Program<A, R> | null, options: LiftOptions | LiftOptions["prior"]) {
    super(fn);
    const prior = optionOr<"prior", LiftOptions["prior"]>(options as LiftOptions, "prior");
    this.prior = drawsByItself(prior) ? () => prior : lookup(prior as Table<Sampleable>);
  }

  override processMessage(msg: Message): Message | undefined {
    if (msg.type !== "param" || msg.done) return undefined;
    const prior = this.prior(msg);
    if (prior === undefined) return undefined;
    const { name, infer, condIndepStack, stop, continuation } = msg;
    return {
      type: "sample",
      name,
      fn: toDistribution(prior, [], `lifted parameter "${name}"`),
      args: [],
      value: undefined,
      isObserved: false,
      done: false,
      stop,
      scale: 1,
      mask: undefined,
      infer,
      condIndepStack,
      ...(continuation && { continuation }),
    };
  }
}

/** Turns parameters into random variables: `lift(model, { prior: { w: dist.Normal(0, 1) } })`. */
export function lift<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: LiftOptions | LiftOptions["prior"],
): LiftPoutine<A, R> {
  return new LiftPoutine(fn, options);
}
