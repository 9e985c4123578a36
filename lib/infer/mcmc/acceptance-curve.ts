/** Half the width, in logarithms of step sizes, of what counts as near. */
const NEAR = 0.35;
/** Trials that are worth so many, as if seen at the guess: they hold the curve where there is little to go by. */
const PRIOR = 2;
const [ROUNDS, STEPS] = [4, 8];
/** A step of Newton's method after which the next one would change nothing that is seen. */
const SMALL = 1e-9;
/** Slopes of the logit of acceptance against the logarithm of the step size: it falls, and not like a cliff. */
const [FLATTEST, STEEPEST] = [0.5, 20];

/**
 * Mean acceptance as a function of the step size, from the trials of an adaptation. The average of the logarithms of
 * step sizes whose acceptance is right in the mean is a step size that is too small, since acceptance is concave in it
 * (its mean over a spread lies below its value at the centre). So the step size to keep is where a curve through the
 * trials, a logistic one fitted near the answer, crosses the wanted acceptance.
 *
 * Source: local likelihood, Loader, "Local Regression and Likelihood" (1999), chapter 4.
 */
export class AcceptanceCurve {
  readonly #before: [number, number][] = [];
  readonly #trials: [number, number][] = [];

  /** A transition with this step size had this mean acceptance. */
  add(stepSize: number, acceptance: number): void {
    this.#trials.push([Math.log(stepSize), acceptance]);
  }

  /**
   * The metric is another one: what was seen under the last is near the truth where steps are in the new one's units;
   * what was seen before that is forgotten.
   * @param logUnit logarithm of the new metric's unit in those of the last
   */
  turn(logUnit: number): void {
    this.#before.length = 0;
    for (const [x, acceptance] of this.#trials) this.#before.push([x - logUnit, acceptance]);
    this.#trials.length = 0;
  }

  /** The step size whose mean acceptance is `target`, near a guess. */
  solve(target: number, guess: number): number {
    const trials = [...this.#before, ...this.#trials];
    const wanted = Math.log(target / (1 - target));
    let at = Math.log(guess);
    for (let round = 0; round < ROUNDS; round++) {
      const { level, slope } = curveNear(trials, at, target);
      at += Math.max(-NEAR, Math.min(NEAR, (level - wanted) / slope));
    }
    return Math.exp(at);
  }
}

/** The logit of acceptance near `at`: level - slope * (x - at). */
function curveNear(
  trials: readonly (readonly [number, number])[],
  at: number,
  target: number,
): { level: number; slope: number } {
  const wanted = Math.log(target / (1 - target));
  let [level, slope] = [wanted, 2];
  const seen: [back: number, near: number, acceptance: number][] = [];
  for (const [x, acceptance] of trials) {
    const distance = (x - at) / NEAR;
    const near = Math.exp((-distance * distance) / 2);
    if (near >= 1e-4) seen.push([at - x, near, acceptance]);
  }
  for (let step = 0; step < STEPS; step++) {
    // Of the log-likelihood: gradient and curvature, begun with those of the prior.
    const prior = PRIOR * target * (1 - target);
    let [g0, g1] = [-prior * (level - wanted), -prior * (slope - 2)];
    let [h00, h01, h11] = [prior, 0, prior];
    for (const [back, near, acceptance] of seen) {
      const mean = 1 / (1 + Math.exp(-(level + slope * back)));
      const rest = near * (acceptance - mean);
      const weight = near * mean * (1 - mean);
      g0 += rest;
      g1 += rest * back;
      h00 += weight;
      h01 += weight * back;
      h11 += weight * back * back;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [up, along] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    level += up;
    slope = Math.min(STEEPEST, Math.max(FLATTEST, slope + along));
    if (Math.abs(up) + Math.abs(along) < SMALL) break;
  }
  return { level, slope };
}
