import { areaY, dot, lineY, plot, ruleX } from "@observablehq/plot";
import { type Buckets, decimate, smooth } from "./decimate.ts";
import { endLabels } from "./end-labels.ts";
import { formatCount, formatNumber, formatSteady } from "./format.ts";
import { horizon } from "./horizon.ts";
import { robustDomain } from "./robust-domain.ts";
import { dress, legend, legendRow, legendRows, svgElement, type ViewOptions } from "./svg.ts";
import { shorten, textWidth } from "./text.ts";
import { colourAt, type Theme, themeOf } from "./theme.ts";

/**
 * The curve of a run's loss (minus the ELBO): every step as a faint line or band, the moving mean as a
 * strong line, its last value written at the end. Several runs lie on top of each other.
 */
export interface ElboRun {
  /** Shown where there is more than one run. */
  name?: string;
  /** Loss of each step, or the same decimated already. */
  losses?: ArrayLike<number>;
  buckets?: Buckets;
}

export interface ElboCurveData {
  runs: readonly ElboRun[];
  /** Axis of the loss; `log` becomes symmetric-log where a loss is not positive. */
  scale?: "linear" | "log";
  title?: string;
  /** Least length of the x axis, where the number of steps to come is known. */
  total?: number;
}

interface Curve {
  name: string;
  colour: string;
  buckets: Buckets;
  mean: Float32Array;
  /** Index of the last finite mean, -1 if there is none. */
  end: number;
}

const plotHeight = 320;

export function elboCurve(
  data: ElboCurveData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const buckets = data.runs.map((run) => run.buckets ?? decimate(run.losses ?? []));
  const { domain, cut } = robustDomain(buckets, data.scale);
  const all = data.runs.map(({ name }, i) =>
    prepare(name, buckets[i], i, theme, cut === undefined ? undefined : domain),
  );
  const curves = all.filter(({ end }) => end >= 0);
  const legendItems =
    all.length < 2 ? [] : all.map(({ name, colour }) => ({ label: shorten(name, 30), colour }));
  const extra = legendRows(legendItems, width - 32) * legendRow;
  const height = plotHeight + extra;
  const values = curves.map((curve) => formatSteady(lastMean(curve)));
  const marginRight = 22 + Math.max(16, ...values.map((value) => textWidth(value, 12, true)));
  const steps = horizon(Math.max(0, ...all.map(({ buckets }) => buckets.count)), data.total);

  const svg = plot({
    document,
    width,
    height,
    marginTop: 84 + extra,
    marginLeft: 64,
    marginRight,
    marginBottom: 46,
    style: { background: theme.background, color: theme.text, fontSize: "12px" },
    x: {
      domain: [1, steps],
      label: "step",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 38,
      ticks: stepTicks(steps, width),
      tickFormat: (step: number) => formatCount(step),
      tickSize: 4,
    },
    y: {
      domain,
      type: data.scale !== "log" ? "linear" : domain[0] > 0 ? "log" : "symlog",
      label: null,
      ticks: curves.length === 0 ? [] : 5,
      tickFormat: (loss: number) => formatNumber(loss),
      tickSize: 0,
      grid: true,
    },
    marks: [
      ...curves.flatMap(({ buckets }) =>
        buckets.bad > 0 ? [ruleX([buckets.firstBad], { stroke: theme.danger, strokeDasharray: "3 3" })] : [],
      ),
      ...curves.map(rawMark),
      ...curves.map(meanMark),
      dot(curves, {
        x: lastStep,
        y: lastMean,
        fill: "colour",
        r: 3.5,
        stroke: theme.background,
        strokeWidth: 1.5,
      }),
    ],
  });
  svg.querySelector("style")?.remove();
  if (curves.length === 0) svg.appendChild(nothing(document, theme, width, height, all));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "ELBO curve: loss by step",
    subtitle: subtitle(all, cut, width),
    description: inWords(all),
  });
  const unit = { x: 16, y: 68 + extra, "font-size": 12, "text-anchor": "start", fill: theme.muted };
  svg.appendChild(svgElement(document, "text", unit, "loss = −ELBO (nats)"));
  const [x, y] = [svg.scale("x"), svg.scale("y")];
  if (x && y && curves.length > 0) {
    const labels = curves.map((curve, i) => ({
      text: values[i] ?? "",
      colour: curve.colour,
      at: Number(y.apply(lastMean(curve))),
      from: Number(x.apply(lastStep(curve))),
      passing: curves
        .filter((other) => other !== curve && other.buckets.count > curve.buckets.count)
        .map(({ buckets, mean }) => Number(y.apply(mean[Math.floor(lastStep(curve) / buckets.width)]))),
    }));
    const place = { x: width - marginRight, top: 88 + extra, bottom: height - 52, halo: theme.background };
    svg.appendChild(endLabels(document, labels, place));
  }
  svg.appendChild(legend(document, legendItems, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

function prepare(
  name: string | undefined,
  buckets: Buckets | undefined,
  index: number,
  theme: Theme,
  range: readonly [number, number] | undefined,
): Curve {
  const own = buckets ?? decimate([]);
  const length = own.mean.length;
  // Extremes that the axis leaves out are left out of the mean too: one would bend it for many steps.
  const inside =
    range === undefined ? own.mean : own.mean.map((m) => (m < range[0] || m > range[1] ? Number.NaN : m));
  const mean = length < 20 ? own.mean : smooth(inside, Math.max(2, Math.round(length / 40)));
  const end = mean.findLastIndex(Number.isFinite);
  return { name: name ?? `run ${index + 1}`, colour: colourAt(theme, index), buckets: own, mean, end };
}

function rawMark({ buckets, colour }: Curve) {
  const index = Array.from(buckets.mean, (_, i) => i);
  const x = (i: number) => stepAt(buckets, i);
  if (buckets.width === 1) {
    const y = (i: number) => buckets.mean[i];
    return lineY(index, { x, y, stroke: colour, strokeOpacity: 0.35, strokeWidth: 1, clip: true });
  }
  const y1 = (i: number) => buckets.low[i];
  const y2 = (i: number) => buckets.high[i];
  return areaY(index, { x, y1, y2, fill: colour, fillOpacity: 0.22, clip: true });
}

function meanMark({ buckets, mean, colour }: Curve) {
  const index = Array.from(mean, (_, i) => i);
  const x = (i: number) => stepAt(buckets, i);
  return lineY(index, { x, y: (i: number) => mean[i], stroke: colour, strokeWidth: 2.25, clip: true });
}

/** The middle step (from 1) of a bucket. */
function stepAt({ width, count }: Buckets, index: number): number {
  const first = index * width + 1;
  return (first + Math.min(count, first + width - 1)) / 2;
}

function lastStep({ buckets, end }: Curve): number {
  return stepAt(buckets, end);
}

function lastMean({ mean, end }: Curve): number {
  return mean[end] ?? Number.NaN;
}

/** Round steps, the first one included: 1, 500, 1,000 ... */
function stepTicks(steps: number, width: number): number[] {
  const rough = steps / Math.max(2, Math.floor(width / 110));
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 1);
  const ticks = Array.from({ length: Math.floor(steps / unit) }, (_, i) => (i + 1) * unit);
  return ticks[0] === 1 ? ticks : [1, ...ticks];
}

/** What fits under the title; warnings go first. */
function subtitle(curves: readonly Curve[], cut: number | undefined, width: number): string {
  const steps = Math.max(0, ...curves.map(({ buckets }) => buckets.count));
  const parts = [`${formatCount(steps)} step${steps === 1 ? "" : "s"}`];
  const bad = curves.reduce((sum, { buckets }) => sum + buckets.bad, 0);
  if (bad > 0) parts.push(`${formatCount(bad)} not finite, first at step ${firstBad(curves)}`);
  if (cut !== undefined) parts.push(`extremes up to ${formatNumber(cut, 3)} cut off`);
  if (steps > 1) parts.push("faint: every step, strong: moving mean");
  while (parts.length > 1 && textWidth(parts.join(" · "), 12) > width - 24) parts.pop();
  return parts.join(" · ");
}

function firstBad(curves: readonly Curve[]): string {
  return formatCount(
    Math.min(...curves.filter(({ buckets }) => buckets.bad > 0).map(({ buckets }) => buckets.firstBad)),
  );
}

function inWords(curves: readonly Curve[]): string {
  if (curves.length === 0) return "No runs.";
  return curves
    .map((curve) => {
      const { name, buckets, mean, end } = curve;
      const label = curves.length > 1 ? `${name}: ` : "";
      if (end < 0) return `${label}no finite loss in ${formatCount(buckets.count)} steps.`;
      const start = mean.find(Number.isFinite) ?? Number.NaN;
      const course = `from ${formatNumber(start)} to ${formatNumber(lastMean(curve))} in ${formatCount(buckets.count)} steps`;
      return `${label}the loss goes ${course}.`;
    })
    .join(" ");
}

function nothing(document: Document, theme: Theme, width: number, height: number, curves: readonly Curve[]) {
  const bad = curves.some(({ buckets }) => buckets.count > 0);
  const at = { x: width / 2, y: height / 2 + 10, "text-anchor": "middle", "font-size": 14 };
  const fill = bad ? theme.danger : theme.muted;
  return svgElement(document, "text", { ...at, fill }, bad ? "no finite loss" : "waiting for the first step");
}
