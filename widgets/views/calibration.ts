import { areaY, dot, lineY, link, rectY, ruleY } from "@observablehq/plot";
import { chanceBand } from "./chance.ts";
import { formatCount, formatNumber } from "./format.ts";
import { fitted, nothing, type Place, panel, write } from "./panel.ts";
import { dress, svgElement, type ViewOptions } from "./svg.ts";
import { shorten } from "./text.ts";
import { type Theme, themeOf } from "./theme.ts";

/**
 * Whether intervals hold what they promise: ranks of true values among draws (flat if all is well), and how often
 * central intervals of each size hold the truth, with what chance allows. Source: Talts, Betancourt, Simpson, Vehtari,
 * Gelman, "Validating Bayesian inference algorithms with simulation-based calibration" (2018).
 */
export interface CalibrationData {
  title?: string;
  series: readonly {
    name: string;
    /** How many of `draws` draws are less than the true value, for each simulation or observation. */
    ranks: ArrayLike<number>;
    draws: number;
  }[];
  /** How many series are not shown. */
  more?: number;
}

const rowHeight = 262;
const top = 60;
const levels = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

export function calibration(
  data: CalibrationData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { more = 0 } = data;
  const series = data.series.map(prepare);
  const stacked = width < 520;
  const step = (stacked ? 2 : 1) * rowHeight;
  const height = top + Math.max(120, series.length * step) + 4;
  const svg = svgElement(document, "svg", {});
  series.forEach((own, i) => {
    const y = top + i * step;
    const half = stacked ? width : width / 2;
    if (own.name !== "") {
      const at = { x: 16, y: y + 12, colour: theme.text, size: 13, weight: 600 };
      svg.appendChild(write(document, shorten(own.name, Math.floor(width / 10)), at));
    }
    svg.appendChild(histogram(document, theme, { x: 0, y, width: half, height: rowHeight - 14 }, own));
    const right = stacked ? { x: 0, y: y + rowHeight } : { x: half, y };
    svg.appendChild(coverage(document, theme, { ...right, width: half, height: rowHeight - 14 }, own));
  });
  if (series.length === 0) svg.appendChild(nothing(document, theme, width, height));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Calibration: ranks and coverage",
    subtitle: fitted(
      [
        "grey band: what chance allows in 95 % of cases at each place",
        ...(more > 0 ? [`${formatCount(more)} more not shown`] : []),
      ],
      width,
    ),
    description: series.map(inWords).join(" ") || "Nothing to show.",
  });
  return svg;
}

interface Prepared {
  name: string;
  count: number;
  /** Ranks in bins. */
  bars: number[];
  band: [number, number];
  coverage: { level: number; real: number; low: number; high: number }[];
}

function prepare({ name, ranks, draws }: CalibrationData["series"][number]): Prepared {
  const known = Array.from(ranks).filter((rank) => rank >= 0 && rank <= draws);
  const count = known.length;
  // Bins of equally many of the draws + 1 possible ranks, as near as that goes.
  const bins = Math.max(1, Math.min(20, draws + 1, Math.floor(count / 8)));
  const bars = new Array<number>(bins).fill(0);
  for (const rank of known) {
    const bin = Math.min(bins - 1, Math.floor((rank / (draws + 1)) * bins));
    bars[bin] = (bars[bin] ?? 0) + 1;
  }
  // An interval leaves out equally many of the draws + 1 possible ranks on both sides: only some sizes are possible.
  const left = levels.map((level) => Math.round(((1 - level) / 2) * (draws + 1)));
  const coverage = [...new Set(left)].map((out) => {
    const level = 1 - (2 * out) / (draws + 1);
    const inside = known.filter((rank) => rank >= out && rank <= draws - out).length;
    const [low, high] = chanceBand(count, level);
    return { level, real: inside / count, low: low / count, high: high / count };
  });
  return {
    name,
    count,
    bars,
    band: chanceBand(count, 1 / bins),
    coverage: count === 0 ? [] : coverage.filter(({ level }) => level > 0 && level < 1),
  };
}

function histogram(document: Document, theme: Theme, place: Place, { bars, band, count }: Prepared) {
  const most = Math.max(1, 1.15 * band[1], 1.05 * Math.max(...bars));
  const expected = count / bars.length;
  const outside = theme.palette[1] ?? theme.danger;
  const drawing = panel(document, theme, place, {
    marginTop: 42,
    marginLeft: 48,
    marginRight: 16,
    marginBottom: 44,
    x: {
      domain: [0, 1],
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: (share: number) => formatNumber(share),
      label: "rank of the truth, as a share of the draws",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      tickSize: 4,
    },
    y: {
      domain: [0, most],
      label: null,
      ticks: count === 0 ? [] : 4,
      tickFormat: (n: number) => (Number.isInteger(n) ? formatCount(n) : ""),
      tickSize: 0,
      grid: true,
    },
    marks: [
      rectY(bars, {
        x1: (_: number, i: number) => i / bars.length,
        x2: (_: number, i: number) => (i + 1) / bars.length,
        y: (n: number) => n,
        fill: (n: number) => (n < band[0] || n > band[1] ? outside : theme.accent),
        fillOpacity: 0.6,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      ...(count === 0
        ? []
        : [
            rectY([band], {
              x1: 0,
              x2: 1,
              y1: (b: number[]) => b[0],
              y2: (b: number[]) => b[1],
              fill: theme.muted,
              fillOpacity: 0.24,
            }),
            ruleY([expected], { stroke: theme.text, strokeDasharray: "4 3" }),
          ]),
      ruleY([0], { stroke: theme.muted }),
    ],
  });
  const text = count === 0 ? "no ranks" : "truths in each bar";
  return svgElement(
    document,
    "g",
    {},
    drawing,
    write(document, text, {
      x: place.x + 16,
      y: place.y + 32,
      colour: count === 0 ? theme.danger : theme.muted,
    }),
  );
}

function coverage(document: Document, theme: Theme, place: Place, { coverage: points }: Prepared) {
  const ends = [{ level: 0, real: 0, low: 0, high: 0 }, ...points, { level: 1, real: 1, low: 1, high: 1 }];
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const axis = { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: percent };
  const colour = ({ real, low, high }: { real: number; low: number; high: number }) =>
    real < low || real > high ? (theme.palette[1] ?? theme.danger) : theme.accent;
  const known = points.length > 0;
  const drawing = panel(document, theme, place, {
    marginTop: 42,
    marginLeft: 56,
    marginRight: 24,
    marginBottom: 44,
    x: {
      ...axis,
      label: "size of the interval",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 36,
      tickSize: 4,
    },
    y: { ...axis, label: null, tickSize: 0, grid: true },
    marks: [
      areaY(known ? ends : [], { x: "level", y1: "low", y2: "high", fill: theme.muted, fillOpacity: 0.24 }),
      link([[0, 1]], { x1: 0, x2: 1, y1: 0, y2: 1, stroke: theme.text, strokeDasharray: "4 3" }),
      lineY(known ? ends : [], { x: "level", y: "real", stroke: theme.accent, strokeWidth: 2 }),
      dot(points, { x: "level", y: "real", r: 3, fill: colour }),
    ],
  });
  return svgElement(
    document,
    "g",
    {},
    drawing,
    write(document, "intervals that hold the truth", {
      x: place.x + 16,
      y: place.y + 32,
      colour: theme.muted,
    }),
  );
}

function inWords({ name, count, bars, band, coverage: points }: Prepared): string {
  const of = name === "" ? "" : `${name}: `;
  if (count === 0) return `${of}no ranks.`;
  const outside = bars.filter((n) => n < band[0] || n > band[1]).length;
  const percent = (share: number | undefined) => formatNumber(100 * (share ?? Number.NaN), 3);
  const [wide] = points.toSorted((a, b) => Math.abs(a.level - 0.9) - Math.abs(b.level - 0.9));
  return `${of}${formatCount(count)} truths, ${outside} of ${bars.length} bars outside of what chance allows; intervals of ${percent(wide?.level)} % hold ${percent(wide?.real)} %.`;
}
