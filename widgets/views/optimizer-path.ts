import { contour, dot, lineY } from "@observablehq/plot";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, numberAxis, panel, write } from "./panel.ts";
import {
  dress,
  type LegendItem,
  legend,
  legendRow,
  legendRows,
  svgElement,
  type ViewOptions,
} from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, themeOf } from "./theme.ts";

/** The ways of optimizers over the surface of a loss of two numbers, seen from above. */
export interface OptimizerPathData {
  title?: string;
  surface: Surface;
  paths: readonly { name: string; x: ArrayLike<number>; y: ArrayLike<number>; loss: ArrayLike<number> }[];
  xLabel?: string;
  yLabel?: string;
}

export interface Surface {
  /** Row by row, from the least y; `columns` by as many rows as there are. */
  values: ArrayLike<number>;
  columns: number;
  x: readonly [number, number];
  y: readonly [number, number];
}

const plotHeight = 420;
const levels = 16;

export function optimizerPath(
  data: OptimizerPathData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { surface, paths, xLabel = "x", yLabel = "y" } = data;
  const walks = paths.map(({ name, x, y, loss }, i) => ({
    name: shorten(name, 30),
    colour: colourAt(theme, i),
    steps: Math.max(0, loss.length - 1),
    last: loss[loss.length - 1] ?? Number.NaN,
    points: Array.from(x, (at, k) => ({ x: at, y: y[k] ?? Number.NaN })).filter((p) =>
      Number.isFinite(p.x + p.y),
    ),
  }));
  const items: LegendItem[] = walks.map(({ name, colour, last }) => ({
    label: `${name}: loss ${formatNumber(last)}`,
    colour,
  }));
  const top = 56 + legendRows(items, width - 32) * legendRow;
  const height = top + plotHeight;
  const thresholds = levelsOf(surface.values);
  const rows = Math.floor(surface.values.length / Math.max(1, surface.columns));
  const svg = svgElement(document, "svg", {});
  const [left, right, bottom] = [64, 20, 46];
  svg.appendChild(
    panel(
      document,
      theme,
      { x: 0, y: top, width, height: plotHeight },
      {
        marginTop: 20,
        marginLeft: left,
        marginRight: right,
        marginBottom: bottom,
        x: {
          ...numberAxis(surface.x, width - left - right),
          label: xLabel,
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 38,
        },
        y: { ...numberAxis(surface.y, 400), label: null, ticks: 6 },
        marks: [
          ...(thresholds.length === 0 || rows < 2
            ? []
            : [
                contour(Array.from(surface.values), {
                  width: surface.columns,
                  height: rows,
                  x1: surface.x[0],
                  x2: surface.x[1],
                  y1: surface.y[0],
                  y2: surface.y[1],
                  thresholds,
                  fill: theme.muted,
                  fillOpacity: 0.07,
                  stroke: theme.border,
                  strokeWidth: 0.75,
                  clip: true,
                }),
              ]),
          ...walks.map(({ points, colour }) =>
            lineY(points, {
              x: "x",
              y: "y",
              stroke: colour,
              strokeWidth: 2,
              strokeLinejoin: "round",
              clip: true,
            }),
          ),
          ...walks.map(({ points, colour, steps }) =>
            dot(steps <= 200 ? points : [], { x: "x", y: "y", fill: colour, r: 1.75, clip: true }),
          ),
          dot(
            walks.slice(0, 1).flatMap(({ points }) => points.slice(0, 1)),
            {
              x: "x",
              y: "y",
              r: 5,
              fill: theme.background,
              stroke: theme.text,
              strokeWidth: 2,
            },
          ),
          ...walks.map(({ points, colour }) =>
            dot(points.slice(-1), {
              x: "x",
              y: "y",
              fill: colour,
              r: 5,
              stroke: theme.background,
              strokeWidth: 1.5,
              clip: true,
            }),
          ),
        ],
      },
    ),
  );
  svg.appendChild(write(document, shorten(yLabel, 40), { x: 16, y: top + 10, colour: theme.muted }));
  if (walks.length === 0) svg.appendChild(nothing(document, theme, width, height));
  const steps = Math.max(0, ...walks.map((walk) => walk.steps));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Optimizers on a loss surface",
    subtitle: fitted(
      [
        `${formatCount(steps)} step${steps === 1 ? "" : "s"}`,
        `circle: start, dots: ends, ${theme.name === "dark" ? "lighter" : "darker"}: greater loss`,
      ],
      width,
    ),
    description:
      walks
        .map(({ name, points, last }) => {
          const end = points.at(-1);
          if (end === undefined) return `${name}: no steps.`;
          return `${name}: ends at ${formatNumber(end.x, 3)}, ${formatNumber(end.y, 3)} with loss ${formatNumber(last, 3)}.`;
        })
        .join(" ") || "Nothing to show.",
  });
  svg.appendChild(legend(document, items, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

/** Heights that cut the surface in parts of equal area, so that a valley is seen beside a steep wall. */
function levelsOf(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0 || sorted[0] === sorted.at(-1)) return [];
  const cuts = Array.from(
    { length: levels },
    (_, i) => sorted[Math.floor(((i + 0.5) / levels) ** 1.5 * sorted.length)] as number,
  );
  return [...new Set(cuts)];
}
