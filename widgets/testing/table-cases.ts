import { density } from "../views/density.ts";
import { heatStrip } from "../views/heat-strip.ts";
import { mass } from "../views/mass.ts";
import { paramTableSvg } from "../views/param-table-svg.ts";
import { dress, svgElement, type ViewOptions } from "../views/svg.ts";
import { themeOf } from "../views/theme.ts";
import { type TraceSitesData, traceSitesSvg } from "../views/trace-sites.ts";
import { attack } from "./draw.ts";
import { Draws } from "./result-cases.ts";

const pair: TraceSitesData = {
  programs: ["model", "guide"],
  sites: [
    { name: "loc", kind: "param", plates: [], shape: [], value: "2.13", uses: [undefined, {}] },
    {
      name: "z",
      kind: "latent",
      plates: [],
      shape: [],
      value: "1.87",
      uses: [
        { law: "Normal(loc: 0, scale: 1)", logDensity: -2.667 },
        { law: "Normal(loc: 2.13, scale: 1)", logDensity: -0.953 },
      ],
    },
    {
      name: attack,
      kind: "latent",
      plates: [],
      shape: [],
      value: "0.2",
      uses: [undefined, { law: attack, logDensity: -0.9389 }],
    },
    {
      name: "data",
      kind: "indices",
      plates: [],
      shape: [5],
      value: "mean 4.2, 0 to 9",
      uses: [{}, undefined],
    },
    {
      name: "twice",
      kind: "deterministic",
      plates: ["data"],
      shape: [],
      value: "3.74",
      scale: 2,
      uses: [{}, undefined],
    },
    {
      name: "x",
      kind: "observed",
      plates: ["data"],
      shape: [5],
      value: "mean 3, 1 to 5",
      scale: 2,
      uses: [{ law: "Normal(loc: 3.74, scale: 1)", logDensity: -24.61 }, undefined],
    },
  ],
};
const alone = (name: string, value: string, logDensity: number): TraceSitesData => ({
  programs: ["trace"],
  sites: [
    {
      name,
      kind: "observed",
      plates: [],
      shape: [],
      value,
      uses: [{ law: "Uniform(low: 0, high: 1)", logDensity }],
    },
  ],
});

const strip =
  (shape: readonly number[], columns: number, values: ArrayLike<number>, bad = 0) =>
  (options: ViewOptions) => {
    const theme = themeOf(options.theme);
    const numbers = Array.from(values).filter(Number.isFinite);
    const [low, high] =
      numbers.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...numbers), Math.max(...numbers)];
    const drawing = heatStrip(
      { shape, values, columns, low, high, bad },
      { document: options.document, name: attack, theme },
    );
    // A strip stands in a table; here it stands in a picture of its own.
    const svg = svgElement(options.document, "svg", {});
    drawing.setAttribute("x", "16");
    drawing.setAttribute("y", "40");
    svg.appendChild(drawing);
    const height = Number(drawing.getAttribute("height")) + 52;
    const description = drawing.getAttribute("aria-label") ?? "";
    return dress(svg, options.document, {
      theme,
      width: 592,
      height,
      title: "Numbers of a parameter",
      description,
    });
  };
const draws = new Draws(17);

/** Pictures of traces and of parameters, by the name of their snapshot. */
export const tableCases: Record<string, (options: ViewOptions) => Element> = {
  "trace-pair": (o) => traceSitesSvg(pair, o),
  "trace-one-site": (o) => traceSitesSvg(alone("u", "0.5", 0), o),
  "trace-nan": (o) => traceSitesSvg(alone("u", "NaN", Number.NaN), o),
  "trace-impossible": (o) => traceSitesSvg(alone(attack, "3", Number.NEGATIVE_INFINITY), o),
  "trace-empty": (o) => traceSitesSvg({ programs: ["trace"], sites: [] }, o),
  "heat-matrix": strip([8, 24], 24, draws.normals(192)),
  "heat-vector": strip([5], 5, [-2, -1, 0, 1, 2]),
  "heat-one-point": strip([], 1, [3]),
  "heat-nan": strip([2, 2], 2, [Number.NaN, 1, Number.POSITIVE_INFINITY, -1], 2),
  "heat-empty": strip([0], 0, []),
};

const many = Float64Array.from({ length: 20_000 }, (_, i) => i);

/** Data that are far too many: drawn in a moment, and no larger as a file. */
export const hugeTableCases: Record<string, (options: ViewOptions) => Element> = {
  density: (o) =>
    density({ curves: [{ name: attack, x: many, y: many.map((x) => Math.sin(x / 900) ** 2) }] }, o),
  mass: (o) =>
    mass({ values: [...many], series: [{ name: "p", probabilities: many.map(() => 1 / 20_000) }] }, o),
  trace: (o) =>
    traceSitesSvg(
      {
        programs: ["trace"],
        sites: Array.from({ length: 2000 }, () => alone("u", "1", -1).sites[0] as never),
      },
      o,
    ),
  params: (o) =>
    paramTableSvg(
      {
        rows: Array.from({ length: 2000 }, (_, i) => ({
          ...{ name: `layer.${i}.weight`, shape: [784, 400], constraint: "real", mean: 0, sd: 1 },
          history: [1, 2, 3],
        })),
      },
      o,
    ),
};
