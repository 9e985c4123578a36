import { type GraphData, type GraphNode, type PlateBox, plateLabel, plateTree } from "./graph-data.ts";
import { cleanText, shorten, textWidth } from "./text.ts";

/**
 * The graph in Graphviz's language. It is both what `toDOT()` gives to people and what is laid out for the
 * picture, so every size is fixed here and Graphviz needs no font. Names are only ever quoted labels: ids
 * are numbers, there are no URLs and no HTML-like labels, so nothing a user writes can become markup.
 */
export function graphDot(data: GraphData): string {
  const { roots, outside } = plateTree(data);
  const lines = [
    "digraph model {",
    '  graph [rankdir=TB, nodesep=0.3, ranksep=0.4, fontname="Arial", fontsize=13, margin=0];',
    '  node [fontname="Arial", fontsize=12, fixedsize=true];',
    "  edge [arrowsize=0.7];",
    ...outside.map((i) => `  ${nodeLine(data.nodes[i], i)}`),
    ...roots.flatMap((box) => clusterLines(box, data).map((line) => `  ${line}`)),
  ];
  const ids = new Map(data.nodes.map(({ name }, i) => [name, i]));
  for (const { from, to, kind } of data.edges) {
    const [tail, head] = [ids.get(from), ids.get(to)];
    if (tail === undefined || head === undefined) continue;
    lines.push(`  n${tail} -> n${head}${kind === "order" ? " [style=dashed]" : ""};`);
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function clusterLines(box: PlateBox, data: GraphData): string[] {
  return [
    `subgraph cluster_${box.index} {`,
    `  label=${quote(plateLabel(box.plate))}; labelloc=b; labeljust=r; style=rounded; margin=14;`,
    ...box.nodes.map((i) => `  ${nodeLine(data.nodes[i], i)}`),
    ...box.boxes.flatMap((inner) => clusterLines(inner, data).map((line) => `  ${line}`)),
    "}",
  ];
}

function nodeLine(node: GraphNode | undefined, index: number): string {
  if (node === undefined) return "";
  const { width, height } = nodeSize(node);
  const text = node.detail === undefined ? node.name : `${node.name}\n${node.detail}`;
  const size = `width=${(width / 72).toFixed(3)}, height=${(height / 72).toFixed(3)}`;
  return `n${index} [label=${quote(text)}, ${shapes[node.kind]}, ${size}];`;
}

const shapes = {
  latent: "shape=ellipse",
  observed: 'shape=ellipse, style=filled, fillcolor="#d3d9e0"',
  deterministic: "shape=ellipse, style=dashed",
  param: "shape=box",
} satisfies Record<GraphNode["kind"], string>;

export const nameSize = 13;
export const detailSize = 11;
export const squareSize = 9;

export function shownName(node: GraphNode): string {
  return shorten(node.name, 28);
}

export function shownDetail(node: GraphNode): string | undefined {
  return node.detail === undefined ? undefined : shorten(node.detail, 32);
}

/** Width and height of a node in CSS pixels (Graphviz's points). */
export function nodeSize(node: GraphNode): { width: number; height: number } {
  const name = textWidth(shownName(node), nameSize, node.kind !== "param");
  const detail = textWidth(shownDetail(node) ?? "", detailSize);
  if (node.kind === "param")
    return { width: squareSize + 8 + Math.max(name, detail), height: detail > 0 ? 32 : 20 };
  return { width: Math.max(64, 1.16 * Math.max(name, detail) + 26), height: detail > 0 ? 50 : 40 };
}

/** A quoted string of DOT: Graphviz's own escapes (`\N`, `\G`, `\l`) must not act in a user's text. */
export function quote(text: string): string {
  const escaped = cleanText(text)
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("&", "&amp;")
    .replaceAll(/\r?\n/g, "\\n");
  return `"${escaped}"`;
}
