import type { Course } from "../views/course.ts";
import { thinned } from "./thinned.ts";

/** Losses that one estimate is made of. */
const window = 64;

/**
 * How far apart the particles' losses lie while a run goes on: the standard deviation of the last losses about their trend,
 * which is half the mean square of successive differences (von Neumann, Kent, Bellinson and Hart, 1941), times the root
 * of the number of particles that each is a mean of. Where steps see other data each time, their spread is in it too.
 */
export class LossSpread {
  readonly #particles: number;
  #points: { readonly step: number; readonly sd: number }[] = [];

  constructor(particles = 1) {
    this.#particles = particles;
  }

  look(losses: ArrayLike<number>): void {
    const step = losses.length;
    if (step < (this.#points.at(-1)?.step ?? 0)) this.#points = [];
    let [squares, pairs] = [0, 0];
    for (let i = Math.max(1, step - window); i < step; i++) {
      const difference = (losses[i] ?? Number.NaN) - (losses[i - 1] ?? Number.NaN);
      if (!Number.isFinite(difference)) continue;
      squares += difference ** 2;
      pairs++;
    }
    // Of fewer it says nothing.
    if (pairs < 8) return;
    const sd = Math.sqrt((this.#particles * squares) / (2 * pairs));
    this.#points = thinned(this.#points, { step, sd });
  }

  courses(): Course[] {
    if (this.#points.length === 0) return [];
    return [
      {
        name: "standard deviation",
        steps: Float64Array.from(this.#points, ({ step }) => step),
        values: Float32Array.from(this.#points, ({ sd }) => sd),
      },
    ];
  }
}
