import { pyroError } from "../errors.ts";
import type { SampleSite } from "../poutine/message.ts";
import { replay } from "../poutine/replay.ts";
import { trace } from "../poutine/trace.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import type { LiveParams } from "./gradients.ts";
import { whyNoData } from "./missing-data.ts";
import type { Program } from "./program.ts";

/** One run of a guide and of the model with the guide's values. */
export interface Pair {
  readonly guide: Trace;
  readonly model: Trace;
}

/**
 * Run the guide, then the model with the latent values of the guide, and check that they fit.
 * @throws where a latent site of one is missing in the other or has another shape, naming it
 */
export function tracePair<A extends unknown[]>(
  model: Program<A>,
  guide: Program<A>,
  args: A,
  params?: LiveParams,
): Pair {
  const guideTrace = trace(guide).getTrace(...args);
  const modelTrace = trace(replay(model, { trace: guideTrace })).getTrace(...args);
  const pair = { guide: guideTrace, model: modelTrace };
  if (params !== undefined) for (const program of [guideTrace, modelTrace]) addParams(program, params);
  checkPair(pair, model, args);
  return pair;
}

/** Ask for the gradients of all parameters that a program has met. */
export function addParams(program: Trace, params: LiveParams): void {
  for (const node of program.nodes.values()) {
    if (node.type === "param" && node.unconstrained !== undefined) params.add(node.name, node.unconstrained);
  }
}

/** The sample sites of a trace that have a density of interest: index sets of plates have none. */
export function sitesOf(program: Trace): SampleSite[] {
  const sites: SampleSite[] = [];
  for (const site of program.sampleSites()) if (site.isSubsample !== true) sites.push(site);
  return sites;
}

function checkPair<A extends unknown[]>({ guide, model }: Pair, program: Program<A>, args: A): void {
  for (const site of sitesOf(model)) {
    const partner = guide.nodes.get(site.name);
    if (site.isObserved) {
      if (partner?.type === "sample" && !partner.isObserved) throw observedTwice(site.name);
      continue;
    }
    if (partner?.type !== "sample") {
      throw site.lacksData === true
        ? withoutData(site.name, guide, whyNoData(program, args))
        : missingInGuide(site.name, guide);
    }
    checkShapes(site, partner);
  }
  for (const site of sitesOf(guide)) {
    // What a guide observes or computes (deterministic) is nothing that it proposes.
    if (model.nodes.has(site.name) || site.isObserved || site.infer.isAuxiliary === true) continue;
    throw pyroError({
      what: `The guide has a site "${site.name}" that the model has not`,
      where: `site "${site.name}"`,
      expected: `one of the model's latent sites: ${latentNames(model)}`,
      try: "give it the model's name, or mark it with { infer: { isAuxiliary: true } }",
    });
  }
}

function missingInGuide(name: string, guide: Trace): Error {
  return pyroError({
    what: `The guide has no site "${name}", which is latent in the model`,
    where: `site "${name}"`,
    expected: `sample("${name}", ...) in the guide`,
    got: `a guide with ${latentNames(guide)}`,
    try: "add the site to the guide, observe it in the model, or hide it from inference with poutine.block",
  });
}

/** A site that is observed where data come, and drawn where none do. */
export function withoutData(name: string, guide: Trace, why: string): Error {
  return pyroError({
    what: `The site "${name}" of the model has no data, so it is latent, and the guide has no such site`,
    where: `site "${name}"`,
    expected: `data for { obs } of sample("${name}", ...), or sample("${name}", ...) in the guide`,
    got: `${why}; a guide with ${latentNames(guide)}`,
    try: "give the model all its arguments: svi.step(x, y), or svi.run(1000, { args: [x, y] })",
  });
}

function observedTwice(name: string): Error {
  return pyroError({
    what: `The site "${name}" is observed in the model, yet the guide samples it`,
    where: `site "${name}"`,
    try: "take it out of the guide, or do not observe it in the model",
  });
}

function latentNames(program: Trace): string {
  const names = program.stochasticNodes;
  return names.length === 0 ? "no latent site" : names.join(", ");
}

function checkShapes(inModel: SampleSite, inGuide: SampleSite): void {
  const expected = shapeOf(inModel);
  const got = shapeOf(inGuide);
  if (expected.length === got.length && expected.every((n, i) => n === got[i])) return;
  throw pyroError({
    what: `The site "${inModel.name}" has different shapes in the model and in the guide`,
    where: `site "${inModel.name}"`,
    expected: `shape [${expected.join(", ")}], as in the model (${inModel.fn})`,
    got: `shape [${got.join(", ")}] in the guide (${inGuide.fn})`,
    try: "make the guide's parameters of the model's shape, sample both inside the same plate, or use toEvent for axes that belong to one event",
  });
}

function shapeOf({ fn, value }: SampleSite): readonly number[] {
  // A user's own distribution may know its shapes only from a value.
  if (typeof fn.shape === "function") return fn.shape();
  return value?.shape ?? [];
}
