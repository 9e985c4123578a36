import type { GraphData, GraphEdge, GraphNode, GraphPlate } from "../views/graph-data.ts";
import { innermost } from "./laws.ts";
import type { PlateFrame, TraceNodeSource, TraceSource } from "./sources.ts";

/**
 * A trace as a graph. A trace knows what ran after what; which site depends on which it knows only where its
 * `graphType` is dense (`edges`), unless `edges` are given.
 */
export function graphOfTrace(
  { nodes, edges: own }: TraceSource,
  { title, edges }: { title?: string; edges?: readonly GraphEdge[] } = {},
): GraphData {
  const sites = [...nodes.values()].filter(isSite);
  const names = new Set(sites.map(({ name }) => name));
  const known = edges ?? [...own].map(([from, to]): GraphEdge => ({ from, to }));
  const drawn = known.filter(({ from, to }) => names.has(from) && names.has(to));
  const children = new Set(drawn.map(({ to }) => to));
  const order = edges === undefined && drawn.length === 0 ? inOrder(sites) : drawn;
  return {
    ...(title !== undefined && { title }),
    nodes: sites.map((site) => nodeOf(site, children.has(site.name))),
    edges: order,
    ...(edges === undefined && drawn.length > 0 && { note: "arrows: may depend on" }),
    plates: platesOf(sites),
  };
}

function isSite({ type, isSubsample }: TraceNodeSource): boolean {
  return (type === "sample" && isSubsample !== true) || type === "param";
}

function inOrder(sites: readonly TraceNodeSource[]): GraphEdge[] {
  return sites
    .slice(1)
    .map((site, i): GraphEdge => ({ from: sites[i]?.name ?? "", to: site.name, kind: "order" }));
}

function nodeOf(site: TraceNodeSource, depends: boolean): GraphNode {
  const kind = kindOf(site);
  const density = scalarOf(site.logPdf);
  const detail = detailOf(site, kind, depends);
  const shape = shapeOf(site.value);
  const notes: string[] = [];
  const value = scalarOf(site.value);
  if (value !== undefined) notes.push(`value ${short(value)}`);
  if (density !== undefined) notes.push(`log density ${short(density)}`);
  return {
    name: site.name,
    kind,
    plates: (site.condIndepStack ?? []).filter(isBox).map(({ name }) => name),
    ...(detail !== undefined && { detail }),
    ...(shape !== undefined && { shape }),
    ...(notes.length > 0 && { notes }),
    ...(density !== undefined && !(density > Number.NEGATIVE_INFINITY) && { bad: true }),
  };
}

function kindOf({ type, isObserved, infer }: TraceNodeSource): GraphNode["kind"] {
  if (type === "param") return "param";
  if (infer?._deterministic === true) return "deterministic";
  return isObserved === true ? "observed" : "latent";
}

/** The law of a site: with its numbers where these are few and fixed, otherwise its name. */
function detailOf(
  { fn, constraint }: TraceNodeSource,
  kind: GraphNode["kind"],
  depends: boolean,
): string | undefined {
  if (kind === "deterministic") return undefined;
  if (kind === "param") {
    const name = property(constraint, "name");
    return typeof name === "string" && name !== "real" ? name : undefined;
  }
  const inner = innermost(fn);
  const name = property(inner, "name");
  if (typeof name !== "string" || name === "") return undefined;
  if (depends) return name;
  const params = property(inner, "params");
  const numbers = typeof params === "object" && params !== null ? Object.values(params).map(scalarOf) : [];
  const all = numbers.filter((number) => number !== undefined);
  return all.length > 0 && all.length === numbers.length ? `${name}(${all.map(short).join(", ")})` : name;
}

function platesOf(sites: readonly TraceNodeSource[]): GraphPlate[] {
  const plates = new Map<string, GraphPlate>();
  for (const { condIndepStack = [] } of sites) {
    for (const { name, size, subsampleSize } of condIndepStack.filter(isBox)) {
      plates.set(name, { name, size, ...(subsampleSize !== size && { subsampleSize }) });
    }
  }
  return [...plates.values()];
}

/** A sequential plate names each of its sites anew, so they are drawn one by one. */
function isBox({ vectorized, size }: PlateFrame): boolean {
  return vectorized && size >= 0;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number>;
}

function asTensor(value: unknown): TensorLike | undefined {
  return typeof property(value, "dataSync") === "function" && Array.isArray(property(value, "shape"))
    ? (value as TensorLike)
    : undefined;
}

function shapeOf(value: unknown): readonly number[] | undefined {
  const shape = asTensor(value)?.shape;
  return shape && [...shape];
}

function scalarOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const tensor = asTensor(value);
  return tensor?.size === 1 && !tensor.isDisposed ? Number(tensor.dataSync()[0]) : undefined;
}

/** Without the noise of float32: 0.1 and not 0.10000000149. */
function short(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
