import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import type { Site } from "../poutine/message.ts";
import { discreteEscape, queue } from "../poutine/queue.ts";
import { trace } from "../poutine/trace.ts";
import { Trace } from "../poutine/trace-struct.ts";
import type { Program } from "./program.ts";
import { TracePosterior } from "./trace-posterior.ts";
import { scored, type WeightedTrace } from "./weighted-trace.ts";

export interface SearchOptions {
  /** How many executions to try for one complete one before giving up (default 1e6). */
  maxTries?: number;
}

const optionNames: OptionNames<SearchOptions> = { maxTries: true };

/**
 * Systematic search: every execution of a program whose latent sites are discrete, breadth first, each weighted by
 * its density. The normalizer is exact.
 *
 * @example new Search(hmm).run(data).getLogNormalizer() // log p(data)
 */
export class Search<A extends unknown[] = unknown[]> extends TracePosterior<A> {
  readonly #model: Program<A>;
  readonly maxTries: number;
  protected readonly normalizer = "sum";

  constructor(model: Program<A>, options: SearchOptions = {}) {
    super();
    checkOptions("Search", options, optionNames);
    this.#model = model;
    this.maxTries = options.maxTries ?? 1e6;
  }

  protected *traces(...args: A): Iterable<WeightedTrace> {
    const open = [new Trace()];
    const options = { queue: open, maxTries: this.maxTries, escapeFn: escapeWhole };
    while (open.length > 0) {
      const execution = trace(queue(this.#model, options)).getTrace(...args);
      yield { trace: execution, logWeight: execution.logPdf(scored) };
    }
  }
}

/** Leaves the program where a site has values to try; a site whose values cannot all be tried is refused. */
function escapeWhole(known: Trace, site: Site): boolean {
  if (site.type !== "sample" || site.isObserved || site.isSubsample === true || known.has(site.name))
    return false;
  if (!site.fn.hasEnumerateSupport) {
    throw pyroError({
      what: `Search cannot enumerate site "${site.name}"`,
      where: `site "${site.name}"`,
      expected: "latent sites with a finite support",
      got: String(site.fn),
      try: "Importance for continuous sites, or observe the site (poutine.condition)",
    });
  }
  if (site.fn.batchShape.some((n) => n > 1)) {
    throw pyroError({
      what: `Search cannot enumerate the elements of site "${site.name}" one by one`,
      where: `site "${site.name}"`,
      expected: "one value, not a batch: elements of a batch have values of their own",
      got: `batch shape [${site.fn.batchShape.join(", ")}]`,
      try: "a sequential plate: for (const i of plate(name, size)) sample(name + i, ...)",
    });
  }
  return discreteEscape(known, site);
}
