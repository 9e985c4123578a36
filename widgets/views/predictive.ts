import { quantile, sortedDraws } from "./draws.ts";
import { formatCount, formatNumber } from "./format.ts";
import { grid, nothing, numberAxis, panel, write } from "./panel.ts";
import { along, type Band, distributions, within } from "./predictive-bands.ts";
import { dress, legend, legendRow, legendRows, svgElement, type ViewOptions } from "./svg.ts";
import { drawStatistic, tail } from "./test-statistic.ts";
import { shorten, textWidth } from "./text.ts";
import { themeOf } from "./theme.ts";

/** What a model predicts beside what was observed. */
export interface PredictiveData {
  title?: string;
  /** A row of predictions for each draw. */
  draws: readonly ArrayLike<number>[];
  observed: ArrayLike<number>;
  /** Where each observation stands; without it distributions are compared. */
  x?: ArrayLike<number>;
  /** Names of the axes, with units. */
  xLabel?: string;
  label?: string;
  /** Numbers that sum up a data set: of each draw, and of the observed one. */
  statistics?: readonly { name: string; draws: ArrayLike<number>; observed: number }[];
}

const plotHeight = 300;
const statisticHeight = 150;
export function predictive(
  data: PredictiveData,
  { document, theme: themeName, width = 680 }: ViewOptions,
): Element {
  const theme = themeOf(themeName);
  const { statistics = [] } = data;
  const picture = data.x === undefined ? distributions(data, theme) : along(data, theme);
  const empty = data.draws.length === 0 && data.observed.length === 0;
  const { bands, discrete } = picture;
  const items = empty ? [] : picture.items;
  const head = 58 + legendRows(items, width - 32) * legendRow;
  const places = grid(statistics.length, {
    x: 4,
    y: head + plotHeight + 8,
    width: width - 8,
    least: 190,
    most: 3,
    height: statisticHeight,
  });
  const height = head + plotHeight + (statistics.length > 0 ? places.height + 12 : 0);
  const svg = svgElement(document, "svg", {});
  const left =
    24 + Math.max(...[picture.y[0], picture.y[1]].map((value) => textWidth(formatNumber(value, 3), 12)), 28);
  svg.appendChild(
    panel(
      document,
      theme,
      { x: 0, y: head, width, height: plotHeight },
      {
        marginTop: 24,
        marginLeft: left,
        marginRight: 20,
        marginBottom: 46,
        x: {
          ...numberAxis(picture.x, width - left - 20),
          label: data.x === undefined ? (data.label ?? "value") : (data.xLabel ?? "x"),
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 38,
        },
        y: {
          domain: picture.y,
          label: null,
          grid: true,
          ticks: bands.length === 0 && data.observed.length === 0 ? [] : 5,
          tickFormat: (value: number) => formatNumber(value),
          tickSize: 0,
        },
        marks: picture.marks,
      },
    ),
  );
  const unit = data.x !== undefined ? (data.label ?? "value") : discrete ? "share" : "density";
  svg.appendChild(write(document, shorten(unit, 60), { x: 16, y: head + 10, colour: theme.muted }));
  statistics.forEach((statistic, i) => {
    const place = places.places[i];
    if (place !== undefined) drawStatistic(svg, document, theme, place, statistic);
  });
  if (empty) svg.appendChild(nothing(document, theme, width, height));
  dress(svg, document, {
    theme,
    width,
    height,
    title: data.title ?? "Predictions and data",
    subtitle: subtitle(data, bands),
    description: inWords(data, bands),
  });
  svg.appendChild(legend(document, items, { x: 16, y: 61, width: width - 32, theme }).element);
  return svg;
}

/** The share of the data inside the wide band. */
function covered(
  { x, observed }: PredictiveData,
  bands: readonly Band[],
): [inside: number, all: number] | undefined {
  if (x === undefined || bands.length === 0) return undefined;
  const points = Array.from(x, (at, i) => ({ x: at, y: observed[i] ?? Number.NaN })).filter(
    (point) => Number.isFinite(point.x) && Number.isFinite(point.y),
  );
  return points.length === 0
    ? undefined
    : [points.filter((point) => within(point, bands)).length, points.length];
}

function subtitle(data: PredictiveData, bands: readonly Band[]): string {
  const { draws, observed } = data;
  const inside = covered(data, bands);
  const bad = Array.from(observed).filter((value) => !Number.isFinite(value)).length;
  return [
    `${formatCount(draws.length)} draw${draws.length === 1 ? "" : "s"}, ${formatCount(observed.length)} observation${observed.length === 1 ? "" : "s"}`,
    ...(bad > 0 ? [`${formatCount(bad)} not finite`] : []),
    ...(inside === undefined
      ? []
      : [
          `${inside[0]} of ${inside[1]} (${formatNumber((100 * inside[0]) / inside[1], 3)} %) inside the band of 90 %`,
        ]),
  ].join(" · ");
}

function inWords(data: PredictiveData, bands: readonly Band[]): string {
  const inside = covered(data, bands);
  const statistics = (data.statistics ?? []).map(({ name, draws, observed }) => {
    const sorted = sortedDraws([draws]);
    if (sorted.length === 0 || !Number.isFinite(observed)) return `${name}: nothing to compare.`;
    return `${name}: observed ${formatNumber(observed, 3)}, predicted median ${formatNumber(quantile(sorted, 0.5), 3)}, p = ${tail(sorted, observed).toFixed(2)}.`;
  });
  const first =
    inside !== undefined
      ? `${inside[0]} of ${inside[1]} observations lie inside the predicted band of 90 %.`
      : bands.length > 0 && data.observed.length > 0
        ? `The distribution of ${formatCount(data.observed.length)} observations over those of ${formatCount(data.draws.length)} predicted data sets.`
        : "Nothing to compare.";
  return [first, ...statistics].join(" ");
}
