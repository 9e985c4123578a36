import { AcceptanceCurve } from "./acceptance-curve.ts";
import type { Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Random } from "./random.ts";
import { DualAveraging, reasonableStepSize } from "./step-size.ts";
import { Welford } from "./welford.ts";

export interface Adaptation {
  readonly stepSize: boolean;
  readonly massMatrix: boolean;
  readonly dense: boolean;
  /** Wanted mean acceptance. */
  readonly target: number;
}

/** Steps at the beginning and the end of warm-up in which only the step size adapts, and the first window. */
const [BEGINNING, END, WINDOW] = [75, 50, 25];

/**
 * The steps (counted from 0) after which the mass matrix is taken from the draws of a window: windows double in length,
 * the last one takes what is left. Source: Stan's reference manual, "Automatic parameter tuning".
 */
export function windowEnds(steps: number): number[] {
  if (steps < 20) return [];
  let [beginning, end, window] = [BEGINNING, END, WINDOW];
  if (beginning + window + end > steps) {
    beginning = Math.floor(0.15 * steps);
    end = Math.floor(0.1 * steps);
    window = steps - beginning - end;
  }
  const stop = steps - end;
  const ends: number[] = [];
  for (let at = beginning; at < stop; window *= 2) {
    const next = at + window;
    // A window that would leave less than another of twice its length takes that too.
    at = next + 2 * window > stop ? stop : next;
    ends.push(at - 1);
  }
  return ends;
}

/** Adapts step size and mass matrix while a chain warms up. */
export class Warmup {
  readonly #hamiltonian: Hamiltonian;
  readonly #adaptation: Adaptation;
  readonly #averaging: DualAveraging;
  readonly #curve = new AcceptanceCurve();
  readonly #draws: Welford;
  readonly #ends: ReadonlySet<number>;
  readonly #first: number;
  readonly #last: number;
  readonly #random: Random;
  #step = 0;
  stepSize: number;

  constructor(
    hamiltonian: Hamiltonian,
    adaptation: Adaptation,
    steps: number,
    start: { readonly point: PhasePoint; readonly stepSize: number; readonly random: Random },
  ) {
    this.#hamiltonian = hamiltonian;
    this.#adaptation = adaptation;
    this.#averaging = new DualAveraging(adaptation.target);
    this.#draws = new Welford(hamiltonian.size, adaptation.dense);
    const ends = adaptation.massMatrix ? windowEnds(steps) : [];
    this.#ends = new Set(ends);
    this.#first = beginningOf(steps);
    this.#last = ends.at(-1) ?? -1;
    this.#random = start.random;
    this.stepSize = start.stepSize;
    if (adaptation.stepSize && steps > 0) this.#restart(start.point);
  }

  /** A transition has ended at `point`. */
  update(point: PhasePoint, acceptance: number): void {
    const step = this.#step++;
    if (this.#adaptation.stepSize) {
      this.#curve.add(this.stepSize, acceptance);
      this.#averaging.update(acceptance);
      this.stepSize = this.#averaging.stepSize;
    }
    if (step >= this.#first && step <= this.#last) this.#draws.add(point.position);
    if (!this.#ends.has(step)) return;
    const { logScale } = this.#hamiltonian.metric;
    this.#hamiltonian.metric = this.#draws.metric();
    this.#draws.reset();
    this.#curve.turn(this.#hamiltonian.metric.logScale - logScale);
    if (this.#adaptation.stepSize) this.#restart(point);
  }

  /** Warm-up is over: the step size to keep. */
  finish(): number {
    const { stepSize, target } = this.#adaptation;
    if (stepSize && this.#step > 0) this.stepSize = this.#curve.solve(target, this.#averaging.averaged);
    return this.stepSize;
  }

  #restart(point: PhasePoint): void {
    this.stepSize = reasonableStepSize(this.#hamiltonian, point, this.stepSize, this.#random);
    this.#averaging.restart(this.stepSize);
  }
}

function beginningOf(steps: number): number {
  return BEGINNING + WINDOW + END > steps ? Math.floor(0.15 * steps) : BEGINNING;
}
