/** The median of measured windows: what a step costs when nothing else happens to the machine. */

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
};

const WINDOWS = 7;

/**
 * Microseconds a step. Steps are first taken unmeasured, which also says how many fill a window.
 * @param seconds to be spent on all windows together
 * @param take takes so many steps
 * @param unmeasured for how long before that, as a share of `seconds`
 */
export async function microsecondsAStep(
  seconds: number,
  take: (steps: number) => unknown,
  unmeasured = 1 / 4,
): Promise<number> {
  const timed = async (steps: number) => {
    const start = performance.now();
    await take(steps);
    return performance.now() - start;
  };
  let steps = 1;
  let spent = 0;
  for (;;) {
    const took = await timed(steps);
    spent += took;
    const wanted = Math.max(1, Math.floor((steps * seconds * 1000) / WINDOWS / took));
    // Growing slowly, because the first steps are slower than those that will be measured.
    steps = Math.min(wanted, steps * 8);
    if (spent > unmeasured * seconds * 1000 && steps === wanted) break;
  }
  const measured: number[] = [];
  for (let i = 0; i < WINDOWS; i++) measured.push(((await timed(steps)) * 1000) / steps);
  return median(measured);
}
