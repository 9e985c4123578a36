import { svgElement } from "./svg.ts";

export interface EndLabel {
  text: string;
  colour: string;
  /** Where its line ends, in pixels from the top and from the left. */
  at: number;
  from: number;
  /** Where other lines pass its end, in pixels from the top. */
  passing?: readonly number[];
}

const spacing = 15;

/**
 * Labels at the ends of lines. Those of lines that reach the right edge `x` stand in the margin, pushed
 * apart where they would lie on each other; the others stand right of the end of their line, or above or
 * below it where another line passes there.
 */
export function endLabels(
  document: Document,
  labels: readonly EndLabel[],
  { x, top, bottom, halo }: { x: number; top: number; bottom: number; halo: string },
): Element {
  const group = svgElement(document, "g", { "font-size": 12, "font-weight": 600, "text-anchor": "start" });
  const inMargin = labels.filter(({ from }) => from > x - 24);
  const places = spread(
    inMargin.map(({ at }) => at),
    top,
    bottom,
  );
  inMargin.forEach(({ text, colour, from }, i) => {
    group.appendChild(
      svgElement(document, "text", { x: from + 10, y: (places[i] ?? 0) + 4, fill: colour }, text),
    );
  });
  for (const { text, colour, at, from, passing = [] } of labels) {
    if (from > x - 24) continue;
    const outline = { stroke: halo, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" };
    const nearest = passing.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    const aside = nearest === undefined || Math.abs(nearest - at) > 14 ? 0 : nearest > at ? -14 : 15;
    const place = { x: from + 10, y: Math.max(top, at) + 4 + aside, fill: colour };
    group.appendChild(svgElement(document, "text", { ...place, ...outline }, text));
  }
  return group;
}

/** The wished places, in their order, at least `spacing` apart and inside [top, bottom] if that is possible. */
export function spread(wishes: readonly number[], top: number, bottom: number): number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0));
  const places = wishes.map((wish) => Math.min(bottom, Math.max(top, wish)));
  let least = top;
  for (const i of order) {
    places[i] = Math.max(places[i] ?? top, least);
    least = (places[i] ?? top) + spacing;
  }
  let most = bottom;
  for (const i of order.toReversed()) {
    places[i] = Math.min(places[i] ?? bottom, most);
    most = (places[i] ?? bottom) - spacing;
  }
  return places;
}
