/** A trace as a table of shapes: batch axes left of the bar, event axes right of it. */
import type { SampleSite, TraceNode } from "./message.ts";
import { describePlate } from "./site-score.ts";

/**
 * The shapes of a trace, for people:
 *
 *     Trace Shapes:
 *      Param Sites:
 *          loc        | 2
 *     Sample Sites:
 *            z dist 10 |
 *              value 10 |
 *
 * Never throws: it is printed with other errors.
 */
export function formatShapes(nodes: Iterable<TraceNode>): string {
  const params: Row[] = [];
  const samples: Row[] = [];
  for (const node of nodes) {
    if (node.type === "param") {
      params.push([node.name, "", shapeOf(node.value).join(" "), ""]);
    } else if (node.type === "sample") {
      samples.push(...sampleRows(node));
    }
  }
  const lines = ["Trace Shapes:"];
  if (params.length > 0) lines.push(" Param Sites:", ...align(params));
  if (samples.length > 0) lines.push(" Sample Sites:", ...align(samples));
  if (params.length + samples.length === 0) lines.push(" (no sites yet)");
  return lines.join("\n");
}

/** Site, what of it, batch shape, event shape. */
type Row = readonly [string, string, string, string];

function sampleRows(site: SampleSite): Row[] {
  const { batchShape = [], eventShape = [] } = site.fn;
  const value = shapeOf(site.value);
  const split = Math.max(0, value.length - eventShape.length);
  const named = site.infer._deterministic === true;
  const kind = site.isSubsample ? "indices" : site.isObserved && !named ? "observed" : "value";
  const plates = site.condIndepStack.map(describePlate).join(", ");
  const rows: Row[] = [
    [site.name, "dist", batchShape.join(" "), `| ${eventShape.join(" ")}`],
    ["", kind, value.slice(0, split).join(" "), `| ${value.slice(split).join(" ")}`],
  ];
  if (site.logProb !== undefined) rows.push(["", "log_prob", site.logProb.shape.join(" "), "|"]);
  if (plates !== "") rows.push(["", "plates", "", `  ${plates}`]);
  return rows;
}

function shapeOf(value: unknown): number[] {
  const shape = (value as { shape?: unknown } | null | undefined)?.shape;
  return Array.isArray(shape) ? (shape as number[]) : [];
}

function align(rows: readonly Row[]): string[] {
  const width = (i: number) => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  const [site, what, batch] = [width(0), width(1), width(2)];
  return rows.map(([a, b, c, d]) =>
    `  ${a.padStart(site)} ${b.padStart(what)} ${c.padStart(batch)} ${d}`.trimEnd(),
  );
}
