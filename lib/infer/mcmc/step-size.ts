import { type Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Random } from "./random.ts";

const SHRINKAGE = 0.05;
const DELAY = 10;
const DECAY = 0.75;

/**
 * Finds the step size at which the mean acceptance is the wanted one.
 * Source: Hoffman and Gelman (2014), section 3.2.1; constants are theirs.
 */
export class DualAveraging {
  readonly #target: number;
  #centre = 0;
  #count = 0;
  #error = 0;
  #log = 0;
  #average = 0;

  /** @param target mean acceptance, between 0 and 1 */
  constructor(target: number) {
    this.#target = target;
  }

  /** Begin anew around a step size. */
  restart(stepSize: number): void {
    this.#centre = Math.log(10 * stepSize);
    this.#log = Math.log(stepSize);
    this.#count = 0;
    this.#error = 0;
    this.#average = 0;
  }

  update(acceptance: number): void {
    this.#count++;
    const weight = 1 / (this.#count + DELAY);
    this.#error += weight * (this.#target - acceptance - this.#error);
    this.#log = this.#centre - (Math.sqrt(this.#count) / SHRINKAGE) * this.#error;
    const recent = this.#count ** -DECAY;
    this.#average = recent * this.#log + (1 - recent) * this.#average;
  }

  /** The step size to try next. */
  get stepSize(): number {
    return Math.exp(this.#log);
  }

  /** The step size to keep. */
  get averaged(): number {
    return this.#count === 0 ? this.stepSize : Math.exp(this.#average);
  }
}

/** Acceptance of a single step that is about right. */
const REASONABLE = 0.8;
const [SMALLEST, LARGEST] = [1e-10, 1e7];

/**
 * A step size of the right order: doubled or halved until the acceptance of one step crosses a threshold.
 * Source: Hoffman and Gelman (2014), algorithm 4.
 */
export function reasonableStepSize(
  hamiltonian: Hamiltonian,
  start: PhasePoint,
  stepSize: number,
  random: Random,
): number {
  const point = new PhasePoint(hamiltonian.size);
  const accepted = (size: number): boolean => {
    point.copy(start);
    hamiltonian.kick(point, random);
    const before = hamiltonian.energy(point);
    hamiltonian.leapfrog(point, size);
    return before - hamiltonian.energy(point) > Math.log(REASONABLE);
  };
  const grow = accepted(stepSize);
  let size = stepSize;
  while (size > SMALLEST && size < LARGEST && accepted(size) === grow) size *= grow ? 2 : 0.5;
  return Math.min(LARGEST, Math.max(SMALLEST, size));
}
