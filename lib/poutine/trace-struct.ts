/**
 * A trace: what a program did, site by site, in order. Log-densities are computed when asked for and remembered.
 * (`_INPUT` and `_RETURN` hold the arguments and the return value.)
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { formatShapes } from "./format-shapes.ts";
import type { SampleSite, Site, SiteFilter, TraceNode } from "./message.ts";
import { scoreSite, siteBatchPdf, sitePdf } from "./site-score.ts";
import { toHost } from "./to-host.ts";

/** `flat`: no edges. `dense`: an edge from each site to every later one that is not independent of it. */
export type GraphType = "flat" | "dense";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = [
  "addNode",
  "batchLogPdf",
  "computeBatchLogPdf",
  "graphType",
  "logPdf",
  "logProbSum",
  "nodeDictFactory",
  "nonreparamStochasticNodes",
  "observationNodes",
  "reparameterizedNodes",
  "stochasticNodes",
] as const;

export interface Trace extends PyroSpelling<Trace, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class Trace {
  static {
    spellAsPyro(Trace.prototype, MANUAL);
  }

  readonly graphType: GraphType;
  /** Every node by name, in the order in which the program met them. */
  readonly nodes = new Map<string, TraceNode>();
  /** The manual's name for what `nodes` is made by: a dictionary in order. */
  readonly nodeDictFactory = Map;
  readonly #successors = new Map<string, Set<string>>();

  constructor({ graphType = "flat" }: { graphType?: GraphType } = {}) {
    if (graphType !== "flat" && graphType !== "dense") {
      throw pyroError({
        what: "There is no such type of graph",
        where: "option graphType of a trace",
        expected: '"flat" or "dense"',
        got: String(graphType),
      });
    }
    this.graphType = graphType;
  }

  // --- Structure --------------------------------------------------------------------------------------------

  /**
   * Adds a node. A parameter may be asked for again; any other duplicate is an error.
   * @throws PyroError naming the site.
   */
  addNode(name: string, node: TraceNode): void {
    const old = this.nodes.get(name);
    if (old !== undefined) {
      if (old.type === "param" && node.type === "param") return;
      throw duplicate(name, old, node);
    }
    this.nodes.set(name, node);
  }

  /** Adds a directed edge between two nodes of the trace. */
  addEdge(from: string, to: string): void {
    for (const name of [from, to]) {
      if (!this.nodes.has(name)) {
        throw pyroError({
          what: `An edge was added to a site that is not in the trace`,
          where: `edge ${from} -> ${to}`,
          got: `no site "${name}"`,
        });
      }
    }
    const targets = this.#successors.get(from) ?? new Set();
    this.#successors.set(from, targets.add(to));
  }

  /** Removes a node and its edges. */
  removeNode(name: string): void {
    this.nodes.delete(name);
    this.#successors.delete(name);
    for (const targets of this.#successors.values()) targets.delete(name);
  }

  has(name: string): boolean {
    return this.nodes.has(name);
  }

  /** The sample or param site of that name, if there is one. */
  get(name: string): Site | undefined {
    const node = this.nodes.get(name);
    return node?.type === "sample" || node?.type === "param" ? node : undefined;
  }

  /** The directed edges as pairs of names. */
  get edges(): [from: string, to: string][] {
    return [...this.#successors].flatMap(([from, targets]) =>
      [...targets].map((to): [string, string] => [from, to]),
    );
  }

  /** Names of the nodes that an edge leads to from this one. */
  successors(name: string): string[] {
    return [...(this.#successors.get(name) ?? [])];
  }

  predecessors(name: string): string[] {
    return [...this.#successors].flatMap(([from, targets]) => (targets.has(name) ? [from] : []));
  }

  /** A trace with the same nodes and edges, which may be changed without changing this one. */
  copy(): Trace {
    const result = new Trace({ graphType: this.graphType });
    for (const [name, node] of this.nodes) result.nodes.set(name, { ...node });
    for (const [from, to] of this.edges) result.addEdge(from, to);
    return result;
  }

  // --- Sites by kind ----------------------------------------------------------------------------------------

  /** Sample sites, the observed ones and index sets of plates included. */
  *sampleSites(): IterableIterator<SampleSite> {
    for (const node of this.nodes.values()) if (node.type === "sample") yield node;
  }

  #names(test: (site: SampleSite) => boolean): string[] {
    return [...this.sampleSites()].filter((site) => !site.isSubsample && test(site)).map((site) => site.name);
  }

  /** Names of the latent sample sites (index sets of plates are not among them). */
  get stochasticNodes(): string[] {
    return this.#names((site) => !site.isObserved);
  }
  /** Names of the observed sites. */
  get observationNodes(): string[] {
    return this.#names((site) => site.isObserved);
  }
  /** Names of the latent sites whose values carry gradients. */
  get reparameterizedNodes(): string[] {
    return this.#names((site) => !site.isObserved && site.fn.hasRsample);
  }
  /** Names of the latent sites whose values carry none: they need the score function. */
  get nonreparamStochasticNodes(): string[] {
    return this.#names((site) => !site.isObserved && !site.fn.hasRsample);
  }
  get paramNodes(): string[] {
    return [...this.nodes.values()].filter((node) => node.type === "param").map((node) => node.name);
  }

  // --- Log-densities ----------------------------------------------------------------------------------------

  #chosen(filter: SiteFilter): SampleSite[] {
    return [...this.sampleSites()].filter((site) => filter(site.name, site));
  }

  /** Computes `logProb` of every chosen site. @throws naming the site whose density fails. */
  computeLogProb(filter: SiteFilter = all): void {
    for (const site of this.#chosen(filter)) scoreSite(site);
  }

  /** The manual's name: computes `logPdf` and `batchLogPdf` of every chosen site. */
  computeBatchLogPdf(filter: SiteFilter = all): void {
    for (const site of this.#chosen(filter)) {
      siteBatchPdf(site);
      sitePdf(site);
    }
  }

  /** Total log-density of the chosen sites: a scalar. */
  logPdf(filter: SiteFilter = all): tf.Tensor {
    return sumAll(this.#chosen(filter).map(sitePdf), () => tf.scalar(0));
  }

  /** Sum of the chosen sites' `batchLogPdf`: one number for each element of the batch. */
  batchLogPdf(filter: SiteFilter = all): tf.Tensor {
    this.computeBatchLogPdf(filter);
    return sumAll(this.#chosen(filter).map(siteBatchPdf), () => tf.zeros([1]));
  }

  /** The modern name of `logPdf`. */
  logProbSum(filter: SiteFilter = all): tf.Tensor {
    return this.logPdf(filter);
  }

  // --- Showing itself ---------------------------------------------------------------------------------------

  /** The shapes of all sites as a table. */
  formatShapes(): string {
    return formatShapes(this.nodes.values());
  }

  /** Plain data for files and pictures; reads the values. */
  toJSON(): TraceJson {
    const nodes = [...this.nodes.values()].map((node) => {
      if (node.type === "args") return { name: node.name, type: node.type, value: toHost(node.args) };
      if (node.type === "return") return { name: node.name, type: node.type, value: toHost(node.value) };
      const shape = node.value?.shape ?? [];
      const common = { name: node.name, type: node.type, shape, value: toHost(node.value) };
      if (node.type === "param") return common;
      return {
        ...common,
        isObserved: node.isObserved,
        ...(node.isSubsample && { isSubsample: true }),
        distribution: String(node.fn),
        plates: node.condIndepStack.map((frame) => ({ ...frame })),
        ...(node.logPdf !== undefined && { logPdf: toHost(node.logPdf) }),
      };
    });
    return { graphType: this.graphType, nodes, edges: this.edges };
  }

  toString(): string {
    return this.formatShapes();
  }
}

export interface TraceJson {
  readonly graphType: GraphType;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly edges: readonly (readonly [string, string])[];
}

const all: SiteFilter = () => true;

function sumAll(terms: readonly tf.Tensor[], empty: () => tf.Tensor): tf.Tensor {
  const [first, ...rest] = terms;
  return first === undefined ? empty() : rest.reduce((sum, term) => tf.add(sum, term), first);
}

function duplicate(name: string, old: TraceNode, node: TraceNode): Error {
  const kinds = old.type === node.type ? "twice" : `as a ${old.type} and as a ${node.type}`;
  const plate = [old, node].some((n) => n.type === "sample" && n.isSubsample);
  return pyroError({
    what: `The site "${name}" appears ${kinds} in one run of the model`,
    where: `site "${name}"`,
    expected: "a name for each sample statement and each subsampled plate that is used once",
    try: plate
      ? `give the plate a name of its own, or make it once (const p = plate("${name}", ...)) and use p.run(...)`
      : `rename one of them; in a loop put the index in the name: \`${name}_\${i}\`; for many values at once use plate`,
  });
}
