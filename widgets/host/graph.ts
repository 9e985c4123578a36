import type { Viz } from "@viz-js/viz";
import { pyroError } from "../../lib/errors.ts";
import { loadWhole } from "../../lib/interrupt.ts";
import { checkOptions } from "../../lib/options.ts";
import type { GraphData } from "../views/graph-data.ts";
import { graphDot } from "../views/graph-dot.ts";
import type { GraphLayout } from "../views/trace-graph.ts";
import { graphOfTrace } from "./graph-of-trace.ts";
import { Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import type { TraceSource } from "./sources.ts";
import { openStudio, type Studio } from "./static.ts";

interface GraphOptions extends ShowOptions {
  /** Formulas to stand under the picture, and each of them in plain text. */
  tex?: readonly string[];
  texts?: readonly string[];
}

/** A graph in plate notation: plates as boxes, observed sites shaded, parameters as squares. */
export class GraphView extends Shown {
  /** The graph as data: nodes, edges, plates. */
  readonly graph: GraphData;
  readonly #tex: readonly string[];
  readonly #texts: readonly string[];

  constructor(graph: GraphData, { tex = [], texts = [], ...options }: GraphOptions) {
    super(options);
    this.graph = graph;
    this.#tex = tex;
    this.#texts = texts;
  }

  /** The distributions as TeX, one below the other; empty unless they were asked for so. */
  toTeX(): string {
    const lines = this.#tex.join(" \\\\ ");
    return lines === "" ? "" : `\\begin{aligned}${lines}\\end{aligned}`;
  }

  /** The picture, and under it the formulas, which the page typesets. */
  override async toHTML(): Promise<string> {
    const picture = await super.toHTML();
    if (this.#tex.length === 0) return picture;
    const { views } = await openStudio();
    return `<div>${picture}<div>$$${views.escapeMarkup(this.toTeX())}$$</div></div>`;
  }

  /** The graph in Graphviz's language. */
  toDOT(): string {
    return graphDot(this.graph);
  }

  override plain(): string {
    const lines = this.graph.nodes.map(({ name, kind, detail, plates }) => {
      const law = detail === undefined ? "" : kind === "param" ? `: ${detail}` : ` ~ ${detail}`;
      const inside = plates.length === 0 ? "" : ` in ${plates.join(", ")}`;
      return `  ${name}${law} (${kind}${inside})`;
    });
    const more = [...(this.graph.legend ?? []), ...this.#texts].map((line) => `  ${line}`);
    return [this.graph.title ?? "Model", ...lines, ...more].join("\n");
  }

  protected override async draw({ views, document }: Studio): Promise<Element> {
    const viz = await graphviz();
    const layout = viz.renderJSON(this.toDOT()) as GraphLayout;
    return views.traceGraph(this.graph, layout, { document, ...this.options });
  }
}

/**
 * The picture of one trace. Arrows are those of the trace: the dependencies of a dense one
 * (`poutine.trace(fn, { graphType: "dense" })`), otherwise the order in which the sites ran.
 *
 * @example traceGraph(poutine.trace(model).getTrace(data))
 */
export function traceGraph(trace: TraceSource, options: ShowOptions & { title?: string } = {}): GraphView {
  checkOptions("traceGraph", options, { title: true, ...showOptionNames });
  const { title, ...shown } = options;
  if (!(trace?.nodes instanceof Map)) {
    throw pyroError({
      what: "There is no trace to draw",
      where: "argument of traceGraph",
      expected: "a Trace, as poutine.trace(model).getTrace(...args) returns it",
      got: typeof trace,
      try: "renderModel(model, { args }) for a model",
    });
  }
  return new GraphView(graphOfTrace(trace, { title: title ?? "Trace" }), shown);
}

let loading: Promise<Viz> | undefined;

/** Graphviz as WebAssembly: 60 ms to load, so only when a graph is drawn. */
function graphviz(): Promise<Viz> {
  loading ??= loadWhole(() => import("@viz-js/viz")).then(({ instance }) => instance());
  return loading;
}
