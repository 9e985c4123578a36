import { beforeAll, describe, expect, it } from "vitest";
import { loadPlot } from "./plot.ts";

type Draw = (options: object) => Element;
type Mark = (...args: unknown[]) => { plot(options?: object): Element };

const points = [
  { x: 1, y: 2, kind: "a" },
  { x: 2, y: 3, kind: "b" },
];
let plot: Draw;
let legend: Draw;
let dot: Mark;
beforeAll(async () => {
  const loaded = await loadPlot();
  [plot, legend, dot] = [loaded.plot as Draw, loaded.legend as Draw, loaded.dot as Mark];
});

const words = (drawn: Element) =>
  [drawn, ...Array.from(drawn.querySelectorAll("*"))]
    .filter((one) => one.tagName.toLowerCase() === "svg")
    .map((svg) => (svg.hasAttribute("aria-hidden") ? "hidden" : svg.getAttribute("aria-label")));
const axes = { x: { label: "length (cm)" }, y: { label: "mass (kg)" } };
const marks = () => [dot(points, { x: "x", y: "y", stroke: "kind" })];

describe("a figure of Plot, in words", () => {
  it("has its axes, without arrows", () => {
    expect(words(plot({ ...axes, marks: marks() }))).toEqual(["x axis: length (cm), y axis: mass (kg)"]);
    expect(words(dot(points, { x: "x", y: "y" }).plot(axes))).toEqual([
      "x axis: length (cm), y axis: mass (kg)",
    ]);
  });

  it("has its title and caption; fields of colour have their names beside them", () => {
    const drawn = plot({
      ...axes,
      title: "Penguins <b>",
      caption: "all of them",
      color: { legend: true },
      marks: marks(),
    });
    expect(words(drawn)).toEqual([
      "hidden",
      "hidden",
      "Penguins <b>. all of them. x axis: length (cm), y axis: mass (kg)",
    ]);
    expect(drawn.outerHTML).not.toContain('aria-label="Penguins <b>"');
  });

  it("says what colours mean", () => {
    expect(words(legend({ color: { type: "linear", domain: [0, 1], label: "ELBO (nats)" } }))).toEqual([
      "colours: ELBO (nats)",
    ]);
  });

  it("leaves words of the writer's own, and hides nothing", () => {
    expect(words(plot({ ariaLabel: "my own", marks: marks() }))).toEqual(["my own"]);
    expect(words(plot({ axis: null, marks: [] }))).toEqual(["plot"]);
  });
});
