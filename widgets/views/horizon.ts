/**
 * Where the axis of steps ends while a run goes on: at its last step where that is near, so that one sees how much is
 * left; else at ever doubled distances, so that the beginning of a long run is not a line at the left edge.
 */
export function horizon(steps: number, total = 0): number {
  if (steps === 0 || total <= 8 * steps) return Math.max(2, steps, total);
  return Math.min(total, 2 ** Math.ceil(Math.log2(2 * steps)));
}
