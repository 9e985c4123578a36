/**
 * Buffers of one element live in JavaScript variables within a piece of code. They go through memory only where
 * somebody else needs them: another piece, a step that is not JavaScript, or the world outside.
 */

import { buffersOf } from "../schedule/buffers.ts";
import { accessesOf } from "../schedule/collapse.ts";
import type { Buffer, Step } from "../schedule/steps.ts";

/** Buffers of one element that must stand in memory. `outside`: those that the driver reads or writes. */
export function inMemory(
  pieces: readonly (readonly { step: Step; javascript: boolean }[])[],
  outside: ReadonlySet<Buffer>,
): Set<Buffer> {
  const found = new Set(outside);
  const home = new Map<Buffer, number>();
  pieces.forEach((piece, p) => {
    for (const { step, javascript } of piece) {
      const { reads, writes } = buffersOf(step);
      for (const buffer of [...reads, ...writes]) {
        if (!javascript || (home.get(buffer) ?? p) !== p) found.add(buffer);
        home.set(buffer, p);
      }
    }
  });
  return found;
}

/**
 * Buffers of one element that stand in memory alone: where the place of a load or a store is computed, or a loop
 * stores into them, the code touches memory, and a variable beside it would be stale.
 */
export function neverLocal(steps: readonly Step[]): Set<Buffer> {
  const found = new Set<Buffer>();
  for (const step of steps) {
    if (step.kind !== "loop") continue;
    for (const statement of step.body) {
      for (const { buffer, indirect } of statement.kind === "reduce" ? [] : accessesOf(statement)) {
        const looped = statement.kind === "store" && step.domain.length > 0;
        if (indirect !== undefined || looped) found.add(buffer);
      }
    }
  }
  return found;
}
