import { pyroError } from "../../lib/errors.ts";
import { formatNumber } from "../views/format.ts";
import { isNumericArray, type NumericArray, type ReadArray, readArray } from "./numeric-array.ts";
import type { TraceNodeSource } from "./sources.ts";

/** A posterior of weighted executions: an `Importance`, a `Search`. */
export interface WeightedSource {
  readonly execTraces: readonly { readonly nodes: ReadonlyMap<string, TraceNodeSource> }[];
  getNormalizedWeights(): readonly number[];
}

const leastDraws = 2000;

/**
 * Weighted executions as draws of equal weight, each as often as its weight says (systematic resampling, without chance:
 * the same executions give the same draws).
 */
export function readWeighted(
  where: string,
  source: WeightedSource,
): { draws: Record<string, NumericArray>; note: string } {
  const weights = source.getNormalizedWeights();
  const count = Math.max(leastDraws, weights.length);
  const chosen: number[] = [];
  let through = 0;
  for (const [i, weight] of weights.entries()) {
    through += weight;
    while (chosen.length < count && (chosen.length + 0.5) / count < through) chosen.push(i);
  }
  const draws: Record<string, NumericArray> = {};
  for (const name of latentSites(source)) {
    const values = source.execTraces.map((trace) =>
      readValue(`${where}, site "${name}"`, trace.nodes.get(name)?.value),
    );
    const [first] = values;
    // A site that has not the same shape in all executions has no axes of its own.
    if (first === undefined || values.some((value) => String(value?.shape) !== String(first.shape))) continue;
    draws[name] = chosen.map((i) => nested(values[i] as ReadArray));
  }
  if (Object.keys(draws).length === 0) {
    throw pyroError({
      what: "No latent site is a number in all executions",
      where,
      try: "arrays of the values that you want to see",
    });
  }
  const ess = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  return { draws, note: `${weights.length} weighted executions, worth ${formatNumber(ess, 3)} equal ones` };
}

function latentSites({ execTraces }: WeightedSource): string[] {
  const nodes = [...(execTraces[0]?.nodes ?? [])];
  return nodes
    .filter(([, node]) => node.type === "sample" && node.isObserved !== true && node.isSubsample !== true)
    .map(([name]) => name);
}

function readValue(where: string, value: unknown): ReadArray | undefined {
  if (typeof value === "number" || isNumericArray(value)) return readArray(where, value);
  return typeof value === "boolean" ? readArray(where, Number(value)) : undefined;
}

/** One value as rows of rows. */
function nested({ shape, values }: ReadArray): NumericArray {
  const build = (axis: number, start: number): number | NumericArray => {
    const size = shape.slice(axis).reduce((a, b) => a * b, 1);
    if (axis === shape.length) return Number(values[start]);
    const length = shape[axis] ?? 1;
    return Array.from({ length }, (_, i) => build(axis + 1, start + (i * size) / length)) as NumericArray;
  };
  return build(0, 0) as NumericArray;
}
