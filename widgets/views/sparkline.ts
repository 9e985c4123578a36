import { svgElement } from "./svg.ts";

/** A word-sized line of a few values; NaN breaks it. */
export function sparkline(
  document: Document,
  values: ArrayLike<number>,
  { width = 96, height = 20, colour }: { width?: number; height?: number; colour: string },
): Element {
  const group = svgElement(document, "g", { "aria-hidden": "true" });
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return group;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const inset = 3;
  const x = (i: number) => inset + (values.length < 2 ? 1 : i / (values.length - 1)) * (width - 2 * inset);
  const y = (v: number) =>
    high === low ? height / 2 : height - inset - ((v - low) / (high - low)) * (height - 2 * inset);
  let path = "";
  let last: [number, number] | undefined;
  let open = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      open = false;
      continue;
    }
    last = [Math.round(10 * x(i)) / 10, Math.round(10 * y(value)) / 10];
    path += `${open ? "L" : "M"}${last.join(",")}`;
    open = true;
  }
  const line = { d: path, fill: "none", stroke: colour, "stroke-width": 1.4, "stroke-linejoin": "round" };
  group.appendChild(svgElement(document, "path", line));
  if (last)
    group.appendChild(svgElement(document, "circle", { cx: last[0], cy: last[1], r: 2.2, fill: colour }));
  return group;
}
