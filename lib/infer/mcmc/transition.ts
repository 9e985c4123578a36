import type { Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Random } from "./random.ts";

/** What one transition of a chain was like. */
export interface Transition {
  /** Mean probability of acceptance over the trajectory. */
  acceptance: number;
  /** Leapfrog steps. */
  steps: number;
  /** Doublings of the trajectory (NUTS). */
  depth: number;
  /** Whether the energy ran away. */
  diverging: boolean;
  /** Energy of the new point, in nats. */
  energy: number;
}

/** Moves a point to the next draw of the chain. */
export interface Transitions {
  readonly hamiltonian: Hamiltonian;
  /** @returns what it was like; the object is the same at each call */
  move(point: PhasePoint, stepSize: number, random: Random): Transition;
  /** Where the last transition met a potential that is not a number, if it did. */
  readonly lost: Float64Array | undefined;
}

/** An error of the energy that no stable trajectory makes, in nats. Source: Stan's reference manual, "Divergent transitions". */
export const RUNAWAY = 1000;
