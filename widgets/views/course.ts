import { areaY, lineY, plot, ruleX } from "@observablehq/plot";
import { formatCount, formatNumber } from "./format.ts";
import { legend, svgElement } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { colourAt, type Theme } from "./theme.ts";

/** How a number goes by the steps of a run. */
export interface Course {
  /** Shown where a panel has several. */
  name: string;
  /** From 1, ascending. */
  steps: ArrayLike<number>;
  /** NaN where it is not known. */
  values: ArrayLike<number>;
  /** Half the height of a band around it. */
  spread?: ArrayLike<number>;
}

export interface Panel {
  title: string;
  courses: readonly Course[];
  /** What the courses are measured in, for those who only hear of them. */
  unit?: string;
  scale?: "linear" | "log";
  /** What is written at the right of the title, if not the last value of the only course. */
  note?: string;
}

export interface PanelPlace {
  x: number;
  y: number;
  width: number;
  height: number;
  theme: Theme;
  /** Length of the x axis. */
  total: number;
}

interface Point {
  step: number;
  value: number;
  low: number;
  high: number;
}

const margin = { left: 58, right: 20 };

/** A small picture of some courses by step, with a title of its own. */
export function coursePanel(document: Document, panel: Panel, place: PanelPlace): Element {
  const { x, y, width, height, theme, total } = place;
  const known = panel.courses.map((course) => pointsOf(course, panel.scale));
  const points = known.flat();
  const domain = rangeOf(points, panel.scale);
  const several = panel.courses.length > 1;
  const group = svgElement(document, "g", { transform: `translate(${x},${y})` });
  group.appendChild(heading(document, panel, width, theme));
  const last = Math.max(2, total, ...points.map(({ step }) => step));
  const drawing = plot({
    document,
    width,
    height,
    marginTop: several ? 46 : 30,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginBottom: 24,
    style: { background: "none", color: theme.text, fontSize: "11px" },
    x: {
      domain: [1, last],
      label: null,
      ticks: [...new Set([1, Math.round(last / 2), Math.round(last)])],
      tickFormat: (step: number) => (step === 1 ? "step 1" : shortCount(step)),
      tickSize: 3,
    },
    y: {
      domain,
      type: panel.scale === "log" ? "log" : "linear",
      label: null,
      grid: true,
      ticks: points.length === 0 ? [] : ticksOf(domain, panel.scale),
      tickFormat: (value: number) => formatNumber(value, 3),
      tickSize: 0,
    },
    marks: [
      // Both axes stand where nothing is known yet.
      ruleX(points.length === 0 ? [1] : [], { stroke: "none" }),
      ...known.flatMap((own, i) => {
        const stroke = colourAt(theme, i);
        const band = own.some(({ low, high }) => high > low)
          ? [areaY(own, { x: "step", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.22, clip: true })]
          : [];
        return [...band, lineY(own, { x: "step", y: "value", stroke, strokeWidth: 1.8, clip: true })];
      }),
    ],
  });
  drawing.querySelector("style")?.remove();
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", courseInWords(panel));
  group.appendChild(drawing);
  for (const [i, own] of known.entries()) {
    const point = own.findLast(({ value }) => Number.isFinite(value));
    const [across, up] = [drawing.scale("x"), drawing.scale("y")];
    if (point === undefined || !across || !up) continue;
    const at = { cx: Number(across.apply(point.step)), cy: Number(up.apply(point.value)), r: 2.6 };
    group.appendChild(svgElement(document, "circle", { ...at, fill: colourAt(theme, i) }));
  }
  if (points.length === 0) {
    const at = {
      x: width / 2,
      y: height / 2 + 8,
      "text-anchor": "middle",
      "font-size": 12,
      fill: theme.muted,
    };
    group.appendChild(svgElement(document, "text", at, "not known yet"));
  }
  if (several) {
    const items = panel.courses.map(({ name }, i) => ({
      label: shorten(name, 12),
      colour: colourAt(theme, i),
    }));
    group.appendChild(legend(document, items, { x: 16, y: 34, width: 4 * width, theme }).element);
  }
  return group;
}

/** A course in a sentence. */
export function courseInWords({ title, courses, unit = "" }: Panel): string {
  const told = courses.map(({ name, values, spread }) => {
    const numbers = Array.from(values);
    const from = numbers.find(Number.isFinite);
    const at = numbers.findLastIndex(Number.isFinite);
    const label = courses.length > 1 ? `${name} ` : "";
    if (from === undefined) return `${label}is not known yet`;
    const band = Number(spread?.[at] ?? 0);
    const width = band > 0 ? ` ± ${formatNumber(band, 2)}` : "";
    return `${label}from ${formatNumber(from)} to ${formatNumber(numbers[at] ?? from)}${width}${unit}`;
  });
  return `${title}: ${told.join(", ")}.`;
}

function heading(document: Document, { title, courses, note }: Panel, width: number, theme: Theme): Element {
  const [only, second] = courses;
  const told = note ?? (only !== undefined && second === undefined ? lastOf(only) : "");
  const room = Math.max(6, Math.floor((width - 40 - textWidth(told, 12)) / 8));
  const text = { y: 18, "font-size": 12 };
  const title_ = { ...text, x: 16, "text-anchor": "start", "font-weight": 600, fill: theme.text };
  const value = { ...text, x: width - margin.right, "text-anchor": "end", fill: theme.muted };
  return svgElement(
    document,
    "g",
    {},
    svgElement(document, "text", title_, svgElement(document, "title", {}, title), shorten(title, room)),
    told === "" ? undefined : svgElement(document, "text", value, told),
  );
}

function lastOf({ values, spread }: Course): string {
  const at = Array.from(values).findLastIndex(Number.isFinite);
  if (at < 0) return values.length === 0 ? "" : "NaN";
  const band = Number(spread?.[at] ?? 0);
  return `${formatNumber(values[at] ?? Number.NaN)}${band > 0 ? ` ± ${formatNumber(band, 2)}` : ""}`;
}

/** What is not known or not finite is passed over; on a log scale so is what is not positive. */
function pointsOf({ steps, values, spread }: Course, scale: Panel["scale"]): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < steps.length; i++) {
    const value = values[i] ?? Number.NaN;
    const shown = Number.isFinite(value) && (scale !== "log" || value > 0);
    if (!shown) continue;
    const band = spread?.[i] ?? 0;
    const half = Number.isFinite(band) ? band : 0;
    points.push({ step: steps[i] ?? Number.NaN, value, low: value - half, high: value + half });
  }
  return points;
}

function rangeOf(points: readonly Point[], scale: Panel["scale"]): [number, number] {
  if (points.length === 0) return scale === "log" ? [0.1, 10] : [0, 1];
  const log = scale === "log";
  const low = Math.min(...points.map((p) => (log ? p.value : p.low)));
  const high = Math.max(...points.map((p) => (log ? p.value : p.high)));
  if (log) return high > low ? [low / 1.3, high * 1.3] : [low / 2, high * 2];
  const around = high > low ? 0.06 * (high - low) : high === 0 ? 1 : 0.1 * Math.abs(high);
  return [low - around, high + around];
}

/** Round powers where there are some; else three plain values. */
function ticksOf([low, high]: readonly [number, number], scale: Panel["scale"]): number | number[] {
  if (scale !== "log") return 3;
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const powers = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 10 ** (from + i));
  if (powers.length >= 2) return powers.filter((_, i) => i % Math.ceil(powers.length / 3) === 0);
  const middle = Math.sqrt(low * high);
  return [(low * middle) ** 0.5, middle, (high * middle) ** 0.5].map((v) => Number(v.toPrecision(2)));
}

function shortCount(step: number): string {
  if (step < 10_000) return formatCount(step);
  const [unit, letter] = step < 1e6 ? [1e3, "k"] : step < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${formatNumber(step / unit, 3)}${letter}`;
}
