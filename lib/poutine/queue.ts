/**
 * `queue` explores a program's executions: it replays the next trace of a queue, leaves the program at the first
 * discrete site that the trace does not have, and puts a trace for each of that site's values at the end.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { escapeAt, NonlocalExit } from "./escape.ts";
import type { SampleSite, Site } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";
import { replay } from "./replay.ts";
import { trace } from "./trace.ts";
import type { Trace } from "./trace-struct.ts";

export interface QueueOptions {
  /** Traces still to complete, the next one first; begins with `[new Trace()]`. It is changed in place. */
  queue: Trace[];
  /** How many executions to try before giving up; 1e6 by default. */
  maxTries?: number;
  /** Whether to leave the program at a site that `trace` does not have. */
  escapeFn?: (trace: Trace, site: Site) => boolean;
  /** The traces that go on from `trace` with the site it was left at. */
  extendFn?: (trace: Trace, site: Site) => Iterable<Trace>;
}

export class QueuePoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly options: QueueOptions;

  constructor(fn: Program<A, R> | null, options: QueueOptions) {
    super(fn);
    this.options = options;
  }

  override invoke(...args: A): R {
    const { queue, maxTries = 1e6, escapeFn = discreteEscape, extendFn = enumExtend } = this.options;
    for (let tries = 0; tries < maxTries; tries++) {
      pollInterrupt();
      const next = queue.shift();
      if (next === undefined) {
        throw pyroError({
          what: "The queue of traces is empty: every execution has been returned",
          try: "begin with queue: [new Trace()], and call no more often than there are executions",
        });
      }
      const replayed = replay(this.program, { trace: next });
      const left = escapeAt(replayed, (site) => escapeFn(next, site));
      const traced = trace(left);
      try {
        return this.run(() => traced.invoke(...args));
      } catch (exit) {
        if (!(exit instanceof NonlocalExit)) throw exit;
        exit.resetStack();
        queue.push(...extendFn(traced.trace.copy(), exit.site));
      }
    }
    throw pyroError({ what: `No complete execution in ${maxTries} tries`, where: "option maxTries" });
  }
}

/** Completes one execution from a queue of partial ones: `queue(model, { queue: [new Trace()] })`. */
export function queue<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: QueueOptions,
): QueuePoutine<A, R> {
  return new QueuePoutine(fn, options);
}

/** Leave at latent enumerable sites that the trace does not have. */
export function discreteEscape(trace: Trace, site: Site): boolean {
  return site.type === "sample" && !site.isObserved && site.fn.hasEnumerateSupport && !trace.has(site.name);
}

/** One trace for each value in the site's support. */
export function* enumExtend(trace: Trace, site: Site): Iterable<Trace> {
  if (site.type !== "sample") return;
  for (const value of tf.unstack(site.fn.enumerateSupport())) {
    const extended = trace.copy();
    const node: SampleSite = { ...site, value, done: true, stop: false };
    delete node.continuation;
    extended.addNode(site.name, node);
    yield extended;
  }
}
