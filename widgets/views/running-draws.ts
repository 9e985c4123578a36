import { formatCount, formatSteady } from "./format.ts";
import { estimateDensity } from "./kde.ts";
import { type Attributes, svgElement } from "./svg.ts";
import { colourAt, type Theme } from "./theme.ts";

/** Draws of some numbers while they are made. */
export interface RunningData {
  /** The draws are the first of each chain, and every so many after it. */
  every: number;
  numbers: readonly { name: string; chains: readonly ArrayLike<number>[] }[];
  /** Numbers that are not shown. */
  more: number;
}

const rowHeight = 52;
const heading = 20;

export function runningHeight({ numbers, more }: RunningData): number {
  if (numbers.length === 0) return 0;
  return heading + numbers.length * rowHeight + (more > 0 ? 20 : 0);
}

interface Place {
  readonly y: number;
  readonly width: number;
  /** Draws that a chain will have. */
  readonly draws: number;
}

/** A trace of the chains over each other for each number, and the density of all its draws so far. */
export function drawRunning(
  svg: Element,
  document: Document,
  theme: Theme,
  data: RunningData,
  at: Place,
): void {
  if (data.numbers.length === 0) return;
  const small: Attributes = { "font-size": 12, "text-anchor": "start", fill: theme.text };
  const add = (name: string, attributes: Attributes, ...children: string[]) =>
    svg.appendChild(svgElement(document, name, attributes, ...children));
  const trace = { x: 132, width: Math.max(60, at.width - 132 - 156) };
  const density = { x: trace.x + trace.width + 16, width: 124 };
  for (const [x, text] of [
    [trace.x, "draws so far"],
    [density.x, "density"],
  ] as const)
    add("text", { ...small, x, y: at.y + 12, "font-weight": 600, fill: theme.muted }, text);
  data.numbers.forEach(({ name, chains }, i) => {
    const top = at.y + heading + i * rowHeight;
    const [low, high] = rangeOf(chains);
    const height = rowHeight - 12;
    const yOf = (value: number) => round(top + height - ((value - low) / (high - low)) * height);
    add("text", { ...small, x: 16, y: top + height / 2 + 4 }, shortened(name));
    for (const [value, y] of [
      [high, top + 9],
      [low, top + height],
    ] as const)
      add(
        "text",
        { ...small, "font-size": 10, "text-anchor": "end", x: trace.x - 6, y, fill: theme.muted },
        formatSteady(value, 3),
      );
    add("rect", { x: trace.x, y: top, width: trace.width, height, fill: theme.grid, opacity: 0.35 });
    chains.forEach((draws, chain) => {
      const points = Array.from(draws, (value, k): [number, number] => [
        round(trace.x + ((k * data.every) / Math.max(1, at.draws)) * trace.width),
        yOf(value),
      ]);
      const look = { fill: "none", stroke: colourAt(theme, chain), "stroke-width": 1, opacity: 0.8 };
      if (points.length > 1) add("path", { d: pathOf(points), ...look });
    });
    const all = chains.flatMap((draws) => Array.from(draws));
    const { x, y } = estimateDensity(all);
    const peak = Math.max(...y);
    if (!(peak > 0) || all.length < 5) return;
    const points = Array.from(y, (value, k): [number, number] => [
      round(density.x + (((x[k] ?? 0) - low) / (high - low)) * density.width),
      round(top + height - (value / peak) * height),
    ]).filter(([px], k) => k % 4 === 0 && px >= density.x && px <= density.x + density.width);
    add("path", { d: pathOf(points), fill: "none", stroke: theme.accent, "stroke-width": 1.5 });
  });
  if (data.more === 0) return;
  const y = at.y + heading + data.numbers.length * rowHeight + 12;
  add("text", { ...small, x: 16, y, fill: theme.muted }, `and ${formatCount(data.more)} more numbers`);
}

export function runningInWords({ numbers }: RunningData): string {
  return numbers
    .map(({ name, chains }) => {
      const last = chains.map((draws) => draws[draws.length - 1]).filter((value) => value !== undefined);
      return `${name}: at ${last.map((value) => formatSteady(value, 3)).join(", ")}.`;
    })
    .join(" ");
}

/** The least and the greatest finite value, never the same. */
function rangeOf(chains: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const draws of chains)
    for (let i = 0; i < draws.length; i++) {
      const value = draws[i] as number;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Lines between points; what is not finite is left out. */
function pathOf(points: readonly (readonly [number, number])[]): string {
  return points
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y], i) => `${i === 0 ? "M" : "L"}${x},${y}`)
    .join("");
}

const round = (x: number): number => Math.round(10 * x) / 10;
const shortened = (name: string): string => (name.length <= 10 ? name : `${name.slice(0, 9)}…`);
