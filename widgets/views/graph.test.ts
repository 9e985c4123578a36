import { instance } from "@viz-js/viz";
import { describe, expect, it } from "vitest";
import { attack, drawn, isHarmless } from "../testing/draw.ts";
import { type GraphData, plateTree } from "./graph-data.ts";
import { graphDot, quote } from "./graph-dot.ts";
import { type GraphLayout, traceGraph } from "./trace-graph.ts";

const viz = await instance();

function picture(data: GraphData, theme: "light" | "dark" = "light"): Promise<string> {
  const layout = viz.renderJSON(graphDot(data)) as GraphLayout;
  return drawn((graph: GraphData, options) => traceGraph(graph, layout, options), data, { theme });
}

const graphs: Record<string, GraphData> = {
  "graph-coin": {
    nodes: [
      { name: "fairness", kind: "latent", detail: "Beta(10, 10)", plates: [] },
      { name: "flip", kind: "observed", detail: "Bernoulli", plates: ["flips"], shape: [10] },
    ],
    edges: [{ from: "fairness", to: "flip" }],
    plates: [{ name: "flips", size: 10 }],
  },
  "graph-everything": {
    title: attack,
    nodes: [
      { name: "scale", kind: "param", detail: "positive", plates: [] },
      { name: "z", kind: "latent", detail: "Normal", plates: ["rows"], notes: ["log density −1.2"] },
      { name: "theta", kind: "deterministic", plates: ["rows", "columns"] },
      { name: attack, kind: "observed", detail: attack, plates: ["rows", "columns"], bad: true },
      { name: "w", kind: "latent", detail: "Normal", plates: ["columns"] },
    ],
    edges: [
      { from: "scale", to: "z" },
      { from: "z", to: "theta" },
      { from: "w", to: "theta" },
      { from: "theta", to: attack },
      { from: "scale", to: "w", kind: "order" },
    ],
    plates: [
      { name: "rows", size: 1000, subsampleSize: 32 },
      { name: "columns", size: 4 },
    ],
  },
  "graph-empty": { nodes: [], edges: [], plates: [] },
};

describe.each(Object.entries(graphs))("%s", (name, data) => {
  it("looks as it did", async () => {
    await expect(await picture(data)).toMatchFileSnapshot(`snapshots/${name}.svg`);
  });
  it("holds no markup and no links of its data", async () => {
    const svg = await picture(data, "dark");
    expect(isHarmless(svg)).toBe(true);
    expect(svg).not.toMatch(/href|javascript:/);
  });
  it("shows every node, every edge and every plate", async () => {
    const svg = await picture(data);
    expect(svg.split("<ellipse").length - 1).toBe(data.nodes.filter(({ kind }) => kind !== "param").length);
    expect(svg.match(/<path [^>]*d="M[^"]*C/g)?.length ?? 0).toBe(data.edges.length);
    for (const { name: plate } of data.plates) expect(svg).toContain(`plate ${plate}`);
  });
});

describe("the text for Graphviz", () => {
  it.each([
    ['a"b', '"a\\"b"'],
    ["\\N", '"\\\\N"'],
    ["a\nb", '"a\\nb"'],
    ["<b>", '"<b>"'],
    ["&lt;", '"&amp;lt;"'],
    ['x", URL="javascript:alert(1)', '"x\\", URL=\\"javascript:alert(1)"'],
  ])("quotes %j as %s", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it("gives names back unharmed", () => {
    const data: GraphData = { nodes: [{ name: attack, kind: "latent", plates: [] }], edges: [], plates: [] };
    const { objects } = viz.renderJSON(graphDot(data)) as { objects: { label: string; URL?: string }[] };
    expect(objects).toHaveLength(1);
    expect(objects[0]?.URL).toBeUndefined();
  });

  it("leaves out edges to sites that are not there", () => {
    const dot = graphDot({ nodes: [], edges: [{ from: "a", to: "b" }], plates: [] });
    expect(dot).not.toContain("->");
  });
});

describe("plates", () => {
  it("that cross become boxes that nest", () => {
    const { roots, count } = plateTree(graphs["graph-everything"] as GraphData);
    expect(count).toBe(3);
    expect(roots.map(({ plate, boxes }) => [plate.name, boxes.map((box) => box.plate.name)])).toEqual([
      ["rows", ["columns"]],
      ["columns", []],
    ]);
  });
});
