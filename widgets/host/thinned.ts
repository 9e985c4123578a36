/** Points of a course that are kept; where there are more, every other one goes. */
const most = 256;

/** With one more point: nothing is kept twice, and of too many every other one, and the last. */
export function thinned<P extends { readonly step: number }>(points: P[], point: P): P[] {
  if (points.at(-1)?.step === point.step) points.pop();
  points.push(point);
  return points.length < most ? points : points.filter((_, i) => i % 2 === 0 || i === most - 1);
}
