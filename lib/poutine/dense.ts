/** Which sites of a trace may depend on which, read off the plates they stand in. */
import type { CondIndepStackFrame, SampleSite } from "./message.ts";
import type { Trace } from "./trace-struct.ts";

/**
 * Adds to a trace an edge from each sample site to every later one, except between iterations of one sequential
 * plate: two sites are independent iff some plate that both stand in has different counters.
 */
export function identifyDenseEdges(trace: Trace): void {
  const earlier: SampleSite[] = [];
  for (const site of trace.sampleSites()) {
    if (site.isSubsample) continue;
    for (const past of earlier) {
      if (!independent(past.condIndepStack, site.condIndepStack)) trace.addEdge(past.name, site.name);
    }
    earlier.push(site);
  }
}

function independent(a: readonly CondIndepStackFrame[], b: readonly CondIndepStackFrame[]): boolean {
  return a.some((frame) => b.some((other) => other.name === frame.name && other.counter !== frame.counter));
}

/** What the dense-graph estimator may assume of a trace's vectorised plates. */
export interface VectorizedMapDataInfo {
  /** Whether costs may be attributed to single elements of the plates (Rao-Blackwellisation). */
  readonly raoBlackwellizable: boolean;
  /** Why not, in sentences. */
  readonly warnings: readonly string[];
  /** The vectorised plate of each site that stands in one. */
  readonly plateOf: ReadonlyMap<string, CondIndepStackFrame>;
  /** The sites of each vectorised plate, by the plate's name. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
}

/** Whether and how the sites of a trace stand in vectorised plates. */
export function getVectorizedMapDataInfo(trace: Trace): VectorizedMapDataInfo {
  const warnings = new Set<string>();
  const plateOf = new Map<string, CondIndepStackFrame>();
  const nodes = new Map<string, string[]>();
  const contexts = new Set<string>();
  for (const { name, condIndepStack: frames, isSubsample } of trace.sampleSites()) {
    const vectorized = frames.filter((frame) => frame.vectorized);
    const inner = vectorized.at(-1);
    if (isSubsample || inner === undefined) continue;
    if (vectorized.length > 1) warnings.add(`site "${name}" stands in nested vectorised plates`);
    if (frames.at(-1) !== inner)
      warnings.add(`site "${name}" stands in a sequential plate inside a vectorised one`);
    contexts.add(
      frames
        .slice(0, -1)
        .map((frame) => `${frame.name}#${frame.counter}`)
        .join("/"),
    );
    plateOf.set(name, inner);
    nodes.set(inner.name, [...(nodes.get(inner.name) ?? []), name]);
  }
  if (contexts.size > 1) warnings.add("vectorised plates stand in different sequential ones");
  return { raoBlackwellizable: warnings.size === 0, warnings: [...warnings], plateOf, nodes };
}
