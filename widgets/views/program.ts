import type { ExplainedGroup, Runner } from "../../lib/jit/explain/explain.ts";
import type { PicturedProgram } from "../../lib/jit/explain/jit-program.ts";
import { formatCount, formatNumber } from "./format.ts";
import { dress, legend, legendRow, legendRows, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/**
 * A compiled program as the flow of its groups, from top to bottom: a box for each, coloured by what runs it, with the
 * share of the time as a bar; arcs at the left join a group to those whose results it reads.
 */
export type ProgramData = PicturedProgram;

const runners: readonly { readonly runner: Runner; readonly label: string }[] = [
  { runner: "javascript", label: "JavaScript" },
  { runner: "webassembly", label: "WebAssembly" },
  { runner: "interpreter", label: "interpreter" },
  { runner: "library", label: "draws, calls, native products" },
];
const head = 62;
const row = 46;
const box = 36;
const gutter = 72;
/** Groups that are drawn; of more, those that take the most time. */
const MOST = 24;

export function program(
  { name, explanation }: ProgramData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { groups, microseconds, kernels, mode, bytes } = explanation;
  const shown = mostCostly(groups);
  const used = runners.filter(({ runner }) => shown.some(({ group }) => group.runner === runner));
  const items = used.map(({ runner, label }) => ({ label, colour: colourOf(theme, runner) }));
  const top = head + legendRows(items, width - 32) * legendRow;
  const rest = groups.length - shown.length;
  const height = top + shown.length * row + (rest > 0 ? 24 : 0) + 12;
  const svg = svgElement(document, "svg", {});
  svg.appendChild(legend(document, items, { x: 16, y: head, width: width - 32, theme }).element);
  const total = Math.max(
    1e-9,
    groups.reduce((sum, group) => sum + group.microseconds, 0),
  );
  const places = new Map(shown.map(({ position }, i) => [position, i]));
  shown.forEach(({ group }, i) => {
    const y = top + i * row;
    for (const from of group.after) {
      const at = places.get(from);
      if (at !== undefined) svg.appendChild(arc(document, theme, top + at * row + box, y, i - at));
    }
    svg.appendChild(drawGroup(document, theme, group, group.microseconds / total, { y, width }));
  });
  if (rest > 0) {
    const y = top + shown.length * row + 10;
    const text = `and ${formatCount(rest)} smaller group${rest === 1 ? "" : "s"}`;
    const at = { x: gutter, y, "font-size": 12, "text-anchor": "start", fill: theme.muted };
    svg.appendChild(svgElement(document, "text", at, text));
  }
  const calls = [...kernels.values()].reduce((a, b) => a + b, 0);
  const title = `Program of ${shorten(name, 40)}`;
  const subtitle =
    `${formatCount(calls)} tfjs kernel${calls === 1 ? "" : "s"} in ${formatCount(groups.length)} ` +
    `group${groups.length === 1 ? "" : "s"}, ${time(microseconds)} a call, ${formatNumber(bytes / 1024, 3)} kB (${mode})`;
  const description = shown.map(({ group }) => `${group.title}: ${time(group.microseconds)}.`).join(" ");
  return dress(svg, document, {
    theme,
    width,
    height,
    title,
    subtitle,
    description: description || "Empty.",
  });
}

interface Placed {
  readonly group: ExplainedGroup;
  readonly position: number;
}

function mostCostly(groups: readonly ExplainedGroup[]): Placed[] {
  return groups
    .map((group, position) => ({ group, position }))
    .sort((a, b) => b.group.microseconds - a.group.microseconds)
    .slice(0, MOST)
    .sort((a, b) => a.position - b.position);
}

function colourOf(theme: Theme, runner: Runner): string {
  return colourAt(
    theme,
    runners.findIndex((one) => one.runner === runner),
  );
}

const time = (us: number): string =>
  us < 1000 ? `${formatNumber(us, 2)} µs` : `${formatNumber(us / 1000, 3)} ms`;

/** From the end of one group to the beginning of a later one; the further apart, the further out. */
function arc(document: Document, theme: Theme, from: number, to: number, distance: number): Element {
  if (distance === 1) {
    const x = gutter + 18;
    const line = { x1: x, x2: x, y1: from, y2: to, stroke: theme.muted, "stroke-width": 1.5 };
    return svgElement(document, "line", line);
  }
  const out = gutter - Math.min(gutter - 20, 8 + 6 * distance);
  const [start, end] = [from - box / 2, to + box / 2];
  const d = `M${gutter},${start}C${out},${start} ${out},${end} ${gutter},${end}`;
  return svgElement(document, "path", { d, fill: "none", stroke: theme.border, "stroke-width": 1.5 });
}

function drawGroup(
  document: Document,
  theme: Theme,
  group: ExplainedGroup,
  share: number,
  { y, width }: { y: number; width: number },
): Element {
  const bar = 120;
  const own = width - gutter - bar - 96;
  const colour = colourOf(theme, group.runner);
  const limit = Math.max(8, Math.floor(own / 7.5));
  const names = [...new Set([...group.reads, ...group.writes])];
  const details = [group.operations.join(", "), names.length === 0 ? "" : `on ${names.join(", ")}`];
  const text = (value: string, at: { x: number; y: number }, more: Record<string, string | number> = {}) =>
    svgElement(document, "text", { ...at, "font-size": 12, "text-anchor": "start", ...more }, value);
  return svgElement(
    document,
    "g",
    {},
    svgElement(
      document,
      "title",
      {},
      `${group.title} (${group.runner}): ${details.filter(Boolean).join(" ")}`,
    ),
    svgElement(document, "rect", {
      x: gutter,
      y,
      width: own,
      height: box,
      rx: 5,
      fill: theme.surface,
      stroke: colour,
      "stroke-width": 1.5,
    }),
    text(
      shorten(group.title, limit),
      { x: gutter + 10, y: y + 15 },
      { "font-weight": 600, fill: theme.text },
    ),
    text(
      shorten(details.filter(Boolean).join(" "), Math.floor(own / 6.6)),
      { x: gutter + 10, y: y + 29 },
      {
        "font-size": 11,
        fill: theme.muted,
      },
    ),
    svgElement(document, "rect", {
      x: gutter + own + 14,
      y: y + box / 2 - 6,
      width: Math.max(1, Math.round(share * bar)),
      height: 12,
      rx: 2,
      fill: colour,
    }),
    text(
      time(group.microseconds),
      { x: gutter + own + 20 + Math.max(1, Math.round(share * bar)), y: y + box / 2 + 4 },
      { fill: theme.text },
    ),
  );
}
