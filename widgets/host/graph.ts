import type { Viz } from "@viz-js/viz";
import { pyroError } from "../../lib/errors.ts";
import { loadWhole } from "../../lib/interrupt.ts";
import type { GraphData } from "../views/graph-data.ts";
import { graphDot } from "../views/graph-dot.ts";
import type { GraphLayout } from "../views/trace-graph.ts";
import { graphOfTrace } from "./graph-of-trace.ts";
import { withDependencies } from "./provenance.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import type { TraceSource } from "./sources.ts";
import type { Studio } from "./static.ts";

/** A graph in plate notation: plates as boxes, observed sites shaded, parameters as squares. */
export class GraphView extends Shown {
  /** The graph as data: nodes, edges, plates. */
  readonly graph: GraphData;

  constructor(graph: GraphData, options: ShowOptions) {
    super(options);
    this.graph = graph;
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
    return [this.graph.title ?? "Model", ...lines].join("\n");
  }

  protected override async draw({ views, document }: Studio): Promise<Element> {
    const viz = await graphviz();
    const layout = viz.renderJSON(this.toDOT()) as GraphLayout;
    return views.traceGraph(this.graph, layout, { document, ...this.options });
  }
}

export interface RenderModelOptions<A extends unknown[]> extends ShowOptions {
  /** Arguments of the model. */
  args?: A;
  title?: string;
}

/**
 * The picture of a model: its sites, what depends on what, plates, distributions. The model is run once;
 * random numbers and parameters are afterwards as they were.
 *
 * @example renderModel(model, { args: [data] })
 * @throws what the model throws, with the sites so far
 */
export function renderModel<A extends unknown[]>(
  model: (...args: A) => unknown,
  { args, title, ...options }: RenderModelOptions<A> = {},
): GraphView {
  if (typeof model !== "function") {
    throw pyroError({
      what: "There is no model to draw",
      where: "argument model of renderModel",
      expected: "a function that calls sample",
      got: typeof model,
      try: "renderModel(model, { args: [data] }): the function itself, not what it returns",
    });
  }
  const name = model.name === "" || model.name === "model" ? "Model" : `Model ${model.name}`;
  const graph = withDependencies(model, args ?? ([] as unknown[] as A), (trace, edges) => {
    trace.computeLogProb();
    return graphOfTrace(trace as TraceSource, { title: title ?? name, edges });
  });
  return new GraphView(graph, options);
}

/**
 * The picture of one trace. Arrows are those of the trace: the dependencies of a dense one
 * (`poutine.trace(fn, { graphType: "dense" })`), otherwise the order in which the sites ran.
 *
 * @example traceGraph(poutine.trace(model).getTrace(data))
 */
export function traceGraph(
  trace: TraceSource,
  { title, ...options }: ShowOptions & { title?: string } = {},
): GraphView {
  if (!(trace?.nodes instanceof Map)) {
    throw pyroError({
      what: "There is no trace to draw",
      where: "argument of traceGraph",
      expected: "a Trace, as poutine.trace(model).getTrace(...args) returns it",
      got: typeof trace,
      try: "renderModel(model, { args }) for a model",
    });
  }
  return new GraphView(graphOfTrace(trace, { title: title ?? "Trace" }), options);
}

let loading: Promise<Viz> | undefined;

/** Graphviz as WebAssembly: 60 ms to load, so only when a graph is drawn. */
function graphviz(): Promise<Viz> {
  loading ??= loadWhole(() => import("@viz-js/viz")).then(({ instance }) => instance());
  return loading;
}
