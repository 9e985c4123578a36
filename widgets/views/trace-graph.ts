import { type GraphData, type GraphNode, type PlateBox, plateLabel, plateTree } from "./graph-data.ts";
import { detailSize, nameSize, shownDetail, shownName, squareSize } from "./graph-dot.ts";
import { dress, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/**
 * A model in plate notation. Graphviz only says where things stand (its JSON output); the picture itself is
 * drawn here, so that nothing Graphviz writes reaches the page and the style is that of all other views.
 */
export interface GraphLayout {
  /** Left, bottom, right, top in points, y upwards. */
  bb?: string;
  objects?: readonly { name?: string; pos?: string; width?: string; height?: string; bb?: string }[];
  edges?: readonly { tail: number; head: number; pos?: string }[];
}

interface Pen {
  document: Document;
  theme: Theme;
  /** From Graphviz's points to the picture. */
  x(points: number): number;
  y(points: number): number;
}

const margin = 20;
const top = 64;
const lawSize = 12.5;
const lawRow = 20;

export function traceGraph(data: GraphData, layout: GraphLayout, options: ViewOptions): Element {
  const { document, theme: themeName, width: most = 900 } = options;
  const theme = themeOf(themeName);
  const [left, bottom, right, upper] = numbers(layout.bb ?? "0,0,0,0");
  const title = data.title ?? "Model";
  const note = legendText(data);
  const laws = (data.legend ?? []).map((line) => shorten(line, 90));
  const widest = Math.max(textWidth(title, 15, true), textWidth(note, 12), 200);
  const wanted = Math.max(widest, ...laws.map((line) => textWidth(line, lawSize) + 8)) + 24;
  const graphWidth = right - left;
  const width = Math.ceil(Math.max(graphWidth + 2 * margin, wanted));
  const under = Math.ceil(upper - bottom + top + margin);
  const height = under + (laws.length === 0 ? 0 : laws.length * lawRow + 10);
  const shift = (width - graphWidth) / 2 - left;
  const pen: Pen = { document, theme, x: (x) => round(x + shift), y: (y) => round(top + upper - y) };

  const svg = svgElement(document, "svg", { fill: "none" });
  const places = new Map((layout.objects ?? []).map((object) => [object.name ?? "", object]));
  const boxes: PlateBox[] = [];
  const collect = (box: PlateBox) => {
    boxes.push(box);
    box.boxes.forEach(collect);
  };
  plateTree(data).roots.forEach(collect);
  for (const box of boxes) {
    const bb = places.get(`cluster_${box.index}`)?.bb;
    if (bb !== undefined) svg.appendChild(drawPlate(pen, box, numbers(bb)));
  }
  (layout.edges ?? []).forEach((edge, i) => {
    if (edge.pos !== undefined)
      svg.appendChild(drawEdge(pen, edge.pos, drawnEdges(data)[i]?.kind === "order"));
  });
  for (const box of boxes) {
    const bb = places.get(`cluster_${box.index}`)?.bb;
    if (bb !== undefined) svg.appendChild(plateText(pen, box, numbers(bb)));
  }
  data.nodes.forEach((node, i) => {
    const place = places.get(`n${i}`);
    if (place?.pos === undefined) return;
    const [x, y] = numbers(place.pos);
    svg.appendChild(
      drawNode(pen, node, pen.x(x), pen.y(y), 72 * Number(place.width), 72 * Number(place.height)),
    );
  });
  laws.forEach((line, i) => {
    const at = { x: 16, y: under + (i + 0.5) * lawRow, "font-size": lawSize, fill: theme.text };
    svg.appendChild(svgElement(document, "text", at, line));
  });
  if (data.nodes.length === 0) {
    const at = { x: margin, y: top + 16, "font-size": 13, fill: theme.muted };
    svg.appendChild(svgElement(document, "text", at, "no sites"));
  }
  dress(svg, document, {
    theme,
    width,
    height: height + (data.nodes.length === 0 ? 24 : 0),
    title,
    subtitle: note,
    description: inWords(data),
  });
  if (width > most) {
    svg.setAttribute("width", String(most));
    svg.setAttribute("height", String(Math.round((height * most) / width)));
  }
  return svg;
}

function drawPlate({ document, theme, x, y }: Pen, { plate }: PlateBox, bb: Four): Element {
  const [left, bottom, right, upper] = bb;
  const box = { x: x(left), y: y(upper), width: round(right - left), height: round(upper - bottom), rx: 8 };
  return svgElement(
    document,
    "g",
    {},
    svgElement(document, "title", {}, `plate ${plateLabel(plate)}`),
    svgElement(document, "rect", { ...box, fill: theme.plate, stroke: theme.border, "stroke-width": 1.25 }),
  );
}

/** Drawn after the edges, with a halo, because an edge may lead through its corner. */
function plateText({ document, theme, x, y }: Pen, { plate }: PlateBox, [, bottom, right]: Four): Element {
  const place = { x: x(right) - 10, y: y(bottom) - 8, "text-anchor": "end", "font-size": 11.5 };
  const halo = {
    stroke: theme.plate,
    "stroke-width": 4,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  };
  const text = shorten(plateLabel(plate), 40);
  return svgElement(document, "text", { ...place, ...halo, fill: theme.muted }, text);
}

function drawNode(pen: Pen, node: GraphNode, x: number, y: number, width: number, height: number): Element {
  const { document, theme } = pen;
  const group = svgElement(document, "g", {}, svgElement(document, "title", {}, hover(node)));
  const detail = shownDetail(node);
  const stroke = node.bad ? theme.danger : node.kind === "param" ? theme.accent : theme.text;
  const lines = { "stroke-width": node.bad ? 2.5 : 1.4, stroke };
  let at = { x, anchor: "middle" };
  if (node.kind === "param") {
    const left = x - width / 2;
    const square = { x: round(left), y: round(y - squareSize / 2), width: squareSize, height: squareSize };
    group.appendChild(svgElement(document, "rect", { ...square, fill: theme.accent, rx: 1.5 }));
    at = { x: round(left + squareSize + 6), anchor: "start" };
  } else {
    const shape = { cx: x, cy: y, rx: round(width / 2), ry: round(height / 2) };
    const dash = node.kind === "deterministic" ? "4 3" : undefined;
    const fill = node.kind === "observed" ? theme.observed : theme.surface;
    group.appendChild(
      svgElement(document, "ellipse", { ...shape, ...lines, fill, "stroke-dasharray": dash }),
    );
  }
  const text = { x: at.x, "text-anchor": at.anchor };
  const nameY = detail === undefined ? y + 4.5 : y - 3;
  const weight = node.kind === "param" ? 400 : 600;
  const fill = node.bad ? theme.danger : theme.text;
  const name = { ...text, y: round(nameY), "font-size": nameSize, "font-weight": weight, fill };
  group.appendChild(svgElement(document, "text", name, shownName(node)));
  if (detail !== undefined) {
    const second = { ...text, y: round(y + 12.5), "font-size": detailSize, fill: theme.muted };
    group.appendChild(svgElement(document, "text", second, detail));
  }
  return group;
}

/** `pos` is "e,x,y x,y x,y ...": the tip of the arrow and the control points of a B-spline in Bézier form. */
function drawEdge({ document, theme, x, y }: Pen, pos: string, order: boolean): Element {
  const parts = pos.split(" ");
  const tip = parts.find((part) => part.startsWith("e,"))?.slice(2);
  const points = parts
    .filter((part) => !part.startsWith("e,") && !part.startsWith("s,"))
    .map((part) => numbers(part));
  const [start, ...rest] = points.map(([px, py]) => `${x(px)},${y(py)}`);
  const stroke = order ? theme.border : theme.muted;
  const line = { d: `M${start ?? "0,0"}C${rest.join(" ")}`, stroke, fill: "none", "stroke-width": 1.3 };
  const group = svgElement(document, "g", { "aria-hidden": "true" });
  group.appendChild(svgElement(document, "path", { ...line, "stroke-dasharray": order ? "3 4" : undefined }));
  const last = points.at(-1);
  if (tip !== undefined && last !== undefined) {
    const [tx, ty] = numbers(tip);
    const [bx, by] = [x(last[0]), y(last[1])];
    const angle = Math.atan2(y(ty) - by, x(tx) - bx);
    const corner = (turn: number) =>
      `${round(x(tx) - 8 * Math.cos(angle + turn))},${round(y(ty) - 8 * Math.sin(angle + turn))}`;
    const head = `M${x(tx)},${y(ty)}L${corner(0.42)}L${corner(-0.42)}Z`;
    group.appendChild(svgElement(document, "path", { d: head, fill: stroke }));
  }
  return group;
}

/** The edges in the order in which the DOT text, and so the layout, holds them. */
function drawnEdges({ nodes, edges }: GraphData) {
  const names = new Set(nodes.map(({ name }) => name));
  return edges.filter(({ from, to }) => names.has(from) && names.has(to));
}

function hover({ name, kind, detail, shape, notes }: GraphNode): string {
  const what = kind === "param" ? "parameter" : kind;
  const lines = [
    `${name}${detail === undefined ? "" : kind === "param" ? `: ${detail}` : ` ~ ${detail}`} (${what})`,
  ];
  if (shape !== undefined) lines.push(`shape [${shape.join(", ")}]`);
  return [...lines, ...(notes ?? [])].join("\n");
}

function legendText({ nodes, edges, note }: GraphData): string {
  const kinds = new Set(nodes.map(({ kind }) => kind));
  const parts: string[] = [];
  if (kinds.has("observed")) parts.push("shaded: observed");
  if (kinds.has("param")) parts.push("square: parameter");
  if (kinds.has("deterministic")) parts.push("dashed: deterministic");
  if (edges.some(({ kind }) => kind === "order")) parts.push("dotted arrows: order of execution");
  if (note !== undefined) parts.push(note);
  return parts.join(" · ") || `${nodes.length} site${nodes.length === 1 ? "" : "s"}`;
}

function inWords(data: GraphData): string {
  if (data.nodes.length === 0) return "A model without sites.";
  const parents = (name: string) =>
    drawnEdges(data).filter(({ to, kind }) => to === name && kind !== "order");
  const sentences = data.nodes.map(({ name, kind, detail, plates }) => {
    const law = detail === undefined ? "" : kind === "param" ? ` (${detail})` : ` ~ ${detail}`;
    const inside = plates.length === 0 ? "" : ` in plate ${plates.join(", ")}`;
    const from = parents(name).map((edge) => edge.from);
    return `${kind === "param" ? "parameter" : kind} ${name}${law}${inside}${from.length === 0 ? "" : `, depends on ${from.join(", ")}`}.`;
  });
  return [...sentences, ...(data.legend ?? []).map((line) => `${line}.`)].join(" ");
}

type Four = [number, number, number, number];

function numbers(text: string): Four {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(",").map(Number);
  return [a, b, c, d];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
