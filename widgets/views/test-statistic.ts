import { rectY, ruleX, ruleY } from "@observablehq/plot";
import { bulk, padded, sortedDraws } from "./draws.ts";
import { formatNumber } from "./format.ts";
import { numberAxis, type Place, panel, write } from "./panel.ts";
import type { PredictiveData } from "./predictive.ts";
import { shorten } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A number that sums up a data set: as the model predicts it, and as it was observed. */
export function drawStatistic(
  svg: Element,
  document: Document,
  theme: Theme,
  place: Place,
  { name, draws, observed }: NonNullable<PredictiveData["statistics"]>[number],
) {
  const sorted = sortedDraws([draws]);
  const known = sorted.length > 0;
  const seen = Number.isFinite(observed) ? observed : undefined;
  const range = known ? bulk(sorted) : ([0, 1] as [number, number]);
  const domain = padded([Math.min(range[0], seen ?? range[0]), Math.max(range[1], seen ?? range[1])]);
  const bins = 24;
  const width = (domain[1] - domain[0]) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of sorted) {
    const bin = Math.floor((value - domain[0]) / width);
    if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const { x, y } = place;
  const limit = Math.floor(place.width / 9);
  svg.appendChild(
    write(document, shorten(name, limit), {
      x: x + 12,
      y: y + 14,
      colour: theme.text,
      size: 13,
      weight: 600,
    }),
  );
  const facts =
    seen === undefined || !known
      ? "nothing to compare"
      : `observed ${formatNumber(seen, 3)}, p(≥) = ${tail(sorted, seen).toFixed(2)}`;
  svg.appendChild(write(document, facts, { x: x + 12, y: y + 30, colour: theme.muted, size: 11 }));
  svg.appendChild(
    panel(document, theme, place, {
      marginTop: 40,
      marginLeft: 12,
      marginRight: 12,
      marginBottom: 28,
      x: numberAxis(domain, place.width - 24),
      y: { axis: null, domain: [0, Math.max(1, ...counts)] },
      marks: [
        rectY(counts, {
          x1: (_: number, i: number) => domain[0] + i * width,
          x2: (_: number, i: number) => domain[0] + (i + 1) * width,
          y: (count: number) => count,
          fill: theme.accent,
          fillOpacity: 0.45,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        ruleY([0], { stroke: theme.border }),
        ruleX(seen === undefined ? [] : [seen], { stroke: theme.text, strokeWidth: 2.25 }),
      ],
    }),
  );
}

/** The share of predicted numbers that are at least as great as the observed one. */
export function tail(sorted: Float64Array, observed: number): number {
  return sorted.reduce((count, value) => count + (value >= observed ? 1 : 0), 0) / sorted.length;
}
