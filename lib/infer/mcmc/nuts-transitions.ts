/**
 * The no-U-turn sampler: a trajectory doubles, forwards or backwards in time, until it would turn back; the next draw is
 * one of its points, by their weight.
 *
 * Sources: Hoffman and Gelman, "The No-U-Turn Sampler" (JMLR 15, 2014), algorithm 3; Betancourt, "A Conceptual
 * Introduction to Hamiltonian Monte Carlo" (2017), appendix A: multinomial weights, and the criterion by the sum of
 * momenta, which is also asked across the seam of two subtrees.
 */
import { dot, type Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Random } from "./random.ts";
import { RUNAWAY, type Transition, type Transitions } from "./transition.ts";

interface End {
  readonly momentum: Float64Array;
  readonly velocity: Float64Array;
}

/** A stretch of a trajectory, in the order in which it was walked, and the point that was drawn from it. */
class Stretch {
  first: End;
  last: End;
  /** Sum of its momenta. */
  readonly sum: Float64Array;
  draw: PhasePoint;
  drawEnergy = 0;
  /** Logarithm of the sum of the weights of its points. */
  logWeight = Number.NEGATIVE_INFINITY;

  constructor(size: number) {
    const end = (): End => ({ momentum: new Float64Array(size), velocity: new Float64Array(size) });
    this.first = end();
    this.last = end();
    this.sum = new Float64Array(size);
    this.draw = new PhasePoint(size);
  }

  /** Become the stretch of a single point. */
  set(point: PhasePoint, energy: number, logWeight: number): void {
    for (const end of [this.first, this.last]) {
      end.momentum.set(point.momentum);
      end.velocity.set(point.velocity);
    }
    this.sum.set(point.momentum);
    this.draw.copy(point);
    this.drawEnergy = energy;
    this.logWeight = logWeight;
  }

  /** The same, walked the other way. */
  reverse(): void {
    [this.first, this.last] = [this.last, this.first];
  }

  /** Whether this one and the next together turn back on themselves. */
  turnsWith(next: Stretch): boolean {
    const { sum, first, last } = this;
    return (
      turns(first, next.last, sum, next.sum) ||
      turns(first, next.first, sum, next.first.momentum) ||
      turns(last, next.last, last.momentum, next.sum)
    );
  }

  /** Take in the next one, which is left to be overwritten. */
  join(next: Stretch, takeDraw: boolean): void {
    for (let i = 0; i < this.sum.length; i++) this.sum[i] = (this.sum[i] as number) + (next.sum[i] as number);
    [this.last, next.last] = [next.last, this.last];
    this.logWeight = logAddExp(this.logWeight, next.logWeight);
    if (!takeDraw) return;
    [this.draw, next.draw] = [next.draw, this.draw];
    this.drawEnergy = next.drawEnergy;
  }
}

/** Whether a stretch with these ends, whose momenta sum to `one + other`, has begun to shrink at one of them. */
function turns(from: End, to: End, one: Float64Array, other: Float64Array): boolean {
  return (
    dot(from.velocity, one) + dot(from.velocity, other) <= 0 ||
    dot(to.velocity, one) + dot(to.velocity, other) <= 0
  );
}

export class NutsTransitions implements Transitions {
  readonly hamiltonian: Hamiltonian;
  readonly #maxDepth: number;
  readonly #forward: PhasePoint;
  readonly #backward: PhasePoint;
  readonly #whole: Stretch;
  readonly #fresh: Stretch;
  /** One for each depth. */
  readonly #second: readonly Stretch[];
  readonly #told: Transition = { acceptance: 0, steps: 0, depth: 0, diverging: false, energy: 0 };
  lost: Float64Array | undefined;
  #stepSize = 0;
  #begin = 0;
  #moving: PhasePoint;

  constructor(hamiltonian: Hamiltonian, maxDepth: number) {
    const { size } = hamiltonian;
    this.hamiltonian = hamiltonian;
    this.#maxDepth = maxDepth;
    this.#forward = new PhasePoint(size);
    this.#backward = new PhasePoint(size);
    this.#moving = this.#forward;
    this.#whole = new Stretch(size);
    this.#fresh = new Stretch(size);
    this.#second = Array.from({ length: maxDepth }, () => new Stretch(size));
  }

  move(point: PhasePoint, stepSize: number, random: Random): Transition {
    const [{ hamiltonian }, whole, fresh, told] = [this, this.#whole, this.#fresh, this.#told];
    hamiltonian.kick(point, random);
    this.#begin = hamiltonian.energy(point);
    this.#forward.copy(point);
    this.#backward.copy(point);
    whole.set(point, this.#begin, 0);
    this.lost = undefined;
    Object.assign(told, { acceptance: 0, steps: 0, depth: 0, diverging: false });

    while (told.depth < this.#maxDepth) {
      const onwards = random.uniform() < 0.5;
      this.#moving = onwards ? this.#forward : this.#backward;
      this.#stepSize = onwards ? stepSize : -stepSize;
      const usable = this.#build(told.depth, fresh, random);
      told.depth++;
      if (!usable) break;
      if (!onwards) whole.reverse();
      const turned = whole.turnsWith(fresh);
      // Favours points that are far away.
      whole.join(fresh, Math.log(random.uniform()) < fresh.logWeight - whole.logWeight);
      if (!onwards) whole.reverse();
      if (turned) break;
    }
    point.copy(whole.draw);
    told.energy = whole.drawEnergy;
    told.acceptance /= told.steps;
    return told;
  }

  /** Walk 2^depth steps. @returns false where they diverge, or turn back: then the stretch is not to be used */
  #build(depth: number, stretch: Stretch, random: Random): boolean {
    if (depth === 0) return this.#step(stretch);
    const second = this.#second[depth - 1] as Stretch;
    if (!this.#build(depth - 1, stretch, random) || !this.#build(depth - 1, second, random)) return false;
    const turned = stretch.turnsWith(second);
    const share = 1 / (1 + Math.exp(stretch.logWeight - second.logWeight));
    stretch.join(second, random.uniform() < share);
    return !turned;
  }

  #step(stretch: Stretch): boolean {
    const [{ hamiltonian }, point, told] = [this, this.#moving, this.#told];
    hamiltonian.leapfrog(point, this.#stepSize);
    const energy = hamiltonian.energy(point);
    const error = energy - this.#begin;
    told.steps++;
    if (!(error <= RUNAWAY)) {
      told.diverging = true;
      if (Number.isNaN(energy)) this.lost = point.position.slice();
      return false;
    }
    told.acceptance += Math.min(1, Math.exp(-error));
    stretch.set(point, energy, -error);
    return true;
  }
}

function logAddExp(a: number, b: number): number {
  const max = Math.max(a, b);
  return max === Number.NEGATIVE_INFINITY ? max : max + Math.log1p(Math.exp(Math.min(a, b) - max));
}
