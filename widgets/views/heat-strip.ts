import { formatCount, formatNumber, formatShape } from "./format.ts";
import { svgElement } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { fontFamily, type Theme } from "./theme.ts";

/** The numbers of a tensor as fields of colour: rows of its last axis, averaged where there are too many. */
export interface HeatData {
  readonly shape: readonly number[];
  /** Row by row, `columns` in each. */
  readonly values: ArrayLike<number>;
  readonly columns: number;
  readonly low: number;
  readonly high: number;
  /** Numbers that are NaN or infinite. */
  readonly bad: number;
}

const width = 560;
/** Tones on each side of 0. */
const tones = 8;

/**
 * Blue below 0, orange above, the paper's colour at 0; grey where there is no number. One path for each tone, so that a
 * large tensor is no larger as a picture.
 */
export function heatStrip(
  { shape, values, columns, low, high, bad }: HeatData,
  { document, name, theme }: { document: Document; name: string; theme: Theme },
): Element {
  const rows = columns === 0 ? 0 : Math.ceil(values.length / columns);
  const cell = {
    width: Math.min(48, width / Math.max(1, columns)),
    height: rows === 1 ? 20 : Math.max(5, Math.min(14, 160 / rows)),
  };
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const paths = new Map<string, string>();
  for (let i = 0; i < values.length; i++) {
    const fill = toneOf(values[i] ?? Number.NaN, most, theme);
    const [x, y] = [round((i % columns) * cell.width), round(Math.floor(i / columns) * cell.height)];
    paths.set(
      fill,
      `${paths.get(fill) ?? ""}M${x},${y}h${round(cell.width)}v${round(cell.height)}h${-round(cell.width)}z`,
    );
  }
  const height = Math.max(20, Math.ceil(rows * cell.height));
  const size = shape.reduce((a, b) => a * b, 1);
  const facts = [
    `${formatCount(size)} number${size === 1 ? "" : "s"}, shape ${formatShape(shape)}`,
    ...(low < high
      ? [
          `${formatNumber(low)} (${low < 0 ? "blue" : "light"}) to ${formatNumber(high)}${high > 0 ? " (orange)" : ""}`,
        ]
      : []),
    ...(low === high ? [formatNumber(low)] : []),
    ...(size > values.length ? ["each field a mean"] : []),
    ...(bad > 0 ? [`${formatCount(bad)} not finite (grey)`] : []),
  ].join(" · ");
  const picture = svgElement(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    ...{ width, height: height + 22, viewBox: `0 0 ${width} ${height + 22}`, role: "img" },
    "aria-label": `Numbers of ${name}: ${facts}`,
    "font-family": fontFamily,
    style: "max-width: 100%; height: auto; display: block",
  });
  for (const [fill, d] of paths)
    picture.appendChild(svgElement(document, "path", { d, fill, "shape-rendering": "crispEdges" }));
  const right = Math.min(width, Math.max(1, columns) * cell.width);
  const frame = { x: 0.5, y: 0.5, width: right - 1, height: height - 1, fill: "none", stroke: theme.border };
  picture.appendChild(svgElement(document, "rect", frame));
  const text = { x: 0, y: height + 16, "font-size": 12, fill: bad > 0 ? theme.danger : theme.muted };
  picture.appendChild(
    svgElement(
      document,
      "text",
      text,
      shorten(facts, Math.floor((80 * width) / Math.max(width, textWidth(facts, 12)))),
    ),
  );
  return picture;
}

function toneOf(value: number, most: number, theme: Theme): string {
  if (!Number.isFinite(value)) return theme.muted;
  const share = Math.round((tones * Math.abs(value)) / most) / tones;
  return mixed(
    theme.background,
    (value < 0 ? theme.palette[0] : theme.palette[1]) ?? theme.accent,
    Math.min(1, share),
  );
}

function mixed(from: string, to: string, share: number): string {
  const channel = (at: number) => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round((a ?? 0) + share * ((b ?? 0) - (a ?? 0)))
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

const round = (value: number) => Math.round(100 * value) / 100;
