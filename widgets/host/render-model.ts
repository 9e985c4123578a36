import { pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import type { GraphData } from "../views/graph-data.ts";
import { GraphView } from "./graph.ts";
import { graphOfTrace } from "./graph-of-trace.ts";
import { lawsOf, lawTex, lawText } from "./laws.ts";
import { withDependencies } from "./provenance.ts";
import { type ShowOptions, showOptionNames } from "./shown.ts";
import type { TraceSource } from "./sources.ts";

export interface RenderModelOptions<A extends unknown[]> extends ShowOptions {
  /** Arguments of the model. */
  args?: A;
  title?: string;
  /** Whether parameters are drawn (default true). */
  params?: boolean;
  /** Whether values of `deterministic` are drawn (default true); else arrows lead through them. */
  deterministic?: boolean;
  /**
   * Where the distributions stand: in their nodes (`"inside"`, the default), in a list under the picture that says how
   * each was computed from what (`"legend"`, or true), under it as TeX (`"tex"`), or nowhere (false).
   */
  distributions?: boolean | "inside" | "legend" | "tex";
}

/**
 * The picture of a model: its sites, what depends on what, plates, distributions. The model is run once;
 * random numbers and parameters are afterwards as they were.
 *
 * @example
 * renderModel(model, { args: [data] })
 * renderModel(model, { args: [data], distributions: "legend", params: false })
 * @throws what the model throws, with the sites so far
 */
export function renderModel<A extends unknown[]>(
  model: (...args: A) => unknown,
  options: RenderModelOptions<A> = {},
): GraphView {
  checkOptions("renderModel", options as RenderModelOptions<unknown[]>, {
    ...{ args: true, title: true, params: true, deterministic: true, distributions: true },
    ...showOptionNames,
  });
  const { args, title, params = true, deterministic = true, distributions = "inside", ...shown } = options;
  if (typeof model !== "function") {
    throw pyroError({
      what: "There is no model to draw",
      where: "argument model of renderModel",
      expected: "a function that calls sample",
      got: typeof model,
      try: "renderModel(model, { args: [data] }): the function itself, not what it returns",
    });
  }
  const place = distributions === true ? "legend" : distributions;
  if (!places.includes(place)) {
    throw pyroError({
      what: "There is no such place for the distributions",
      where: "option distributions of renderModel",
      expected: '"inside", "legend", "tex", true or false',
      got: String(distributions),
    });
  }
  const name = model.name === "" || model.name === "model" ? "Model" : `Model ${model.name}`;
  const found = withDependencies(
    model,
    args ?? ([] as unknown[] as A),
    ({ trace, edges, origins }) => {
      trace.computeLogProb();
      const graph = graphOfTrace(trace as TraceSource, { title: title ?? name, edges });
      return { graph, laws: place === "inside" || place === false ? [] : lawsOf(trace, origins) };
    },
    { through: !deterministic },
  );
  const graph = chosen(found.graph, { params, deterministic, inside: place === "inside" });
  const drawn = new Set(graph.nodes.map((node) => node.name));
  const laws = found.laws.filter(({ site }) => drawn.has(site));
  const legend = laws.map(lawText);
  return new GraphView(
    { ...graph, ...(place === "legend" && { legend }) },
    { ...shown, ...(place === "tex" && { tex: laws.map(lawTex), texts: legend }) },
  );
}

const places: readonly unknown[] = ["inside", "legend", "tex", false];

function chosen(
  { nodes, edges, ...more }: GraphData,
  { params, deterministic, inside }: { params: boolean; deterministic: boolean; inside: boolean },
): GraphData {
  const kept = nodes
    .filter(({ kind }) => (params || kind !== "param") && (deterministic || kind !== "deterministic"))
    .map((node) => {
      if (inside || node.kind === "param") return node;
      const { detail, ...rest } = node;
      return { ...rest, ...(detail !== undefined && { notes: [detail, ...(node.notes ?? [])] }) };
    });
  const names = new Set(kept.map(({ name }) => name));
  return { ...more, nodes: kept, edges: edges.filter(({ from, to }) => names.has(from) && names.has(to)) };
}
