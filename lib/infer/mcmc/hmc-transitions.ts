import { type Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Random } from "./random.ts";
import { RUNAWAY, type Transition, type Transitions } from "./transition.ts";

/** More leapfrog steps than this in one trajectory mean that the step size has collapsed. */
const MOST_STEPS = 1024;

/**
 * Hybrid Monte Carlo with trajectories of a fixed length, accepted or not at their end.
 * Source: Neal (2011), section 3.
 */
export class HmcTransitions implements Transitions {
  readonly hamiltonian: Hamiltonian;
  readonly #length: number;
  readonly #count: number | undefined;
  readonly #end: PhasePoint;
  readonly #told: Transition = { acceptance: 0, steps: 0, depth: 0, diverging: false, energy: 0 };

  lost: Float64Array | undefined;

  /** @param count leapfrog steps of a trajectory, in place of its length */
  constructor(hamiltonian: Hamiltonian, length: number, count: number | undefined) {
    this.hamiltonian = hamiltonian;
    this.#length = length;
    this.#count = count;
    this.#end = new PhasePoint(hamiltonian.size);
  }

  move(point: PhasePoint, stepSize: number, random: Random): Transition {
    const [{ hamiltonian }, end, told] = [this, this.#end, this.#told];
    hamiltonian.kick(point, random);
    const before = hamiltonian.energy(point);
    end.copy(point);
    const steps = this.#count ?? Math.min(MOST_STEPS, Math.max(1, Math.floor(this.#length / stepSize)));
    let taken = 0;
    let after = before;
    while (taken < steps && after - before <= RUNAWAY) {
      hamiltonian.leapfrog(end, stepSize);
      after = hamiltonian.energy(end);
      taken++;
    }
    const error = after - before;
    told.diverging = !(error <= RUNAWAY);
    told.acceptance = told.diverging ? 0 : Math.min(1, Math.exp(-error));
    told.steps = taken;
    this.lost = Number.isNaN(after) ? end.position.slice() : undefined;
    const accepted = random.uniform() < told.acceptance;
    if (accepted) point.copy(end);
    told.energy = accepted ? after : before;
    return told;
  }
}
