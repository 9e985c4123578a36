import * as tf from "@tensorflow/tfjs-core";
import { escapeAt, NonlocalExit } from "../../poutine/escape.ts";
import type { SampleSite, Site } from "../../poutine/message.ts";
import { replay } from "../../poutine/replay.ts";
import { trace } from "../../poutine/trace.ts";
import { Trace } from "../../poutine/trace-struct.ts";
import type { Program } from "../program.ts";
import { EnumDims, EnumerateMessenger, enumerated, prepare, wayOf } from "./enumerate.ts";

export interface Branch {
  readonly guideTrace: Trace;
  readonly dims: EnumDims;
}

/**
 * The guide's executions, one for each combination of values of the sites that are enumerated one after the other,
 * first in, first out. What was drawn before such a site is the same in all executions that branch off there.
 */
export function* branchesOf<A extends unknown[]>(
  guide: Program<A>,
  args: A,
  plates: number,
): Iterable<Branch> {
  const open = [new Trace()];
  for (let known = open.shift(); known !== undefined; known = open.shift()) {
    const start = known;
    const dims = new EnumDims(plates);
    const messenger = new EnumerateMessenger(dims, true);
    const run = (...a: A) => messenger.run(() => replay(guide, { trace: onlyDrawn(start) })(...a));
    const escaping = escapeAt(run, (site) => isOpen(site, start));
    const traced = trace(escaping);
    try {
      yield { guideTrace: traced.getTrace(...args), dims };
    } catch (exit) {
      if (!(exit instanceof NonlocalExit)) throw exit;
      exit.resetStack();
      if (exit.site.type === "sample") open.push(...extended(traced.trace, exit.site));
    }
  }
}

/** Sites enumerated all at once are enumerated again, in the same order and on the same axes. */
function onlyDrawn(known: Trace): Trace {
  const copy = known.copy();
  for (const site of known.sampleSites()) if (enumerated(site)?.dim !== undefined) copy.removeNode(site.name);
  return copy;
}

function isOpen(site: Site, known: Trace): boolean {
  if (site.type !== "sample" || site.isObserved || site.isSubsample === true) return false;
  return !site.done && !known.has(site.name) && wayOf(site, true) === "sequential";
}

function* extended(known: Trace, site: SampleSite): Iterable<Trace> {
  for (const value of tf.unstack(site.fn.enumerateSupport())) {
    const next = known.copy();
    const node: SampleSite = { ...site, value, done: true, stop: false };
    delete node.continuation;
    prepare(node, undefined);
    next.addNode(site.name, node);
    yield next;
  }
}
