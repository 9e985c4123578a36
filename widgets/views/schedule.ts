import { dot, lineY, type PlotOptions, plot } from "@observablehq/plot";
import type { SchedulePlot } from "../../lib/optim/plot-schedule.ts";
import { formatCount, formatNumber } from "./format.ts";
import { dress, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { themeOf } from "./theme.ts";

/** A learning rate schedule: the rate of each epoch, and under it the momentum where one is cycled. */
export type ScheduleData = Pick<SchedulePlot, "scheduler" | "points">;

interface Panel {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly { epoch: number; value: number }[];
}

const head = 58;
const panelHeight = 210;
/** Fewer epochs than this are drawn as points too. */
const FEW = 40;

export function schedule(
  { scheduler, points }: ScheduleData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const panel = (
    label: string,
    colour: string,
    pick: (point: ScheduleData["points"][number]) => unknown,
  ) => ({
    label,
    colour,
    points: points
      .map((point) => ({ epoch: point.epoch, value: Number(pick(point)) }))
      .filter(({ value }) => Number.isFinite(value)),
  });
  const rate = panel("learning rate", theme.accent, ({ lr }) => lr);
  const momentum = panel("momentum", theme.palette[1] ?? theme.accent, ({ momentum: m }) => m);
  const panels: Panel[] = momentum.points.length === 0 ? [rate] : [rate, momentum];
  const height = head + panels.length * panelHeight;
  const svg = svgElement(document, "svg", {});
  const epochs = Math.max(1, ...points.map(({ epoch }) => epoch));
  panels.forEach((own, i) => {
    const top = head + i * panelHeight;
    const drawing = plot({
      document,
      width,
      height: panelHeight,
      marginTop: 24,
      marginLeft: 64,
      marginRight: 24,
      marginBottom: 42,
      style: { background: "none", color: theme.text, fontSize: "12px" },
      ...axes(own, epochs, i === panels.length - 1, width),
      marks: [
        lineY(own.points, { x: "epoch", y: "value", stroke: own.colour, strokeWidth: 2.25 }),
        dot(own.points.length <= FEW ? own.points : [], { x: "epoch", y: "value", fill: own.colour, r: 2.5 }),
      ],
    });
    drawing.querySelector("style")?.remove();
    drawing.setAttribute("y", String(top));
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", inWords(own));
    svg.appendChild(drawing);
    const at = { x: 16, y: top + 12, "font-size": 12, "text-anchor": "start", fill: theme.muted };
    svg.appendChild(svgElement(document, "text", at, own.label));
  });
  const title = `Schedule of ${shorten(scheduler, 40)}`;
  const subtitle = `${formatCount(points.length)} epoch${points.length === 1 ? "" : "s"}, one for each call of step`;
  const description = panels.map(inWords).join(" ");
  return dress(svg, document, { theme, width, height, title, subtitle, description });
}

function axes({ points }: Panel, epochs: number, last: boolean, width: number): Pick<PlotOptions, "x" | "y"> {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return {
    x: {
      domain: [0, epochs],
      label: last ? "epoch" : null,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      // Whole epochs only.
      ticks: Math.max(1, Math.min(epochs, Math.floor(width / 90))),
      tickFormat: (epoch: number) => (Number.isInteger(epoch) ? formatCount(epoch) : ""),
      tickSize: 4,
    },
    y: {
      domain: [low, high > low ? high * 1.05 : low + 1],
      label: null,
      grid: true,
      ticks: points.length === 0 ? [] : 4,
      tickFormat: (value: number) => formatNumber(value),
      tickSize: 0,
    },
  };
}

function inWords({ label, points }: Panel): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `No ${label}.`;
  const values = points.map(({ value }) => value);
  const range = `between ${formatNumber(Math.min(...values))} and ${formatNumber(Math.max(...values))}`;
  return `The ${label} goes from ${formatNumber(first.value)} to ${formatNumber(last.value)}, ${range}.`;
}
