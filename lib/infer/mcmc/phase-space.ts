import type { Metric } from "./metric.ts";
import type { Potential } from "./potential.ts";
import type { Random } from "./random.ts";

/** A point of phase space: position, momentum, and what belongs to them. */
export class PhasePoint {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  readonly velocity: Float64Array;
  /** Of the potential. */
  readonly gradient: Float64Array;
  /** In nats. */
  potential = 0;

  constructor(size: number) {
    this.position = new Float64Array(size);
    this.momentum = new Float64Array(size);
    this.velocity = new Float64Array(size);
    this.gradient = new Float64Array(size);
  }

  copy(from: PhasePoint): void {
    this.position.set(from.position);
    this.momentum.set(from.momentum);
    this.velocity.set(from.velocity);
    this.gradient.set(from.gradient);
    this.potential = from.potential;
  }
}

/** Hamiltonian dynamics: H(q, p) = potential(q) + p . velocity(p) / 2. */
export class Hamiltonian {
  readonly potential: Potential;
  metric: Metric;
  /** Leapfrog steps so far. */
  steps = 0;

  constructor(potential: Potential, metric: Metric) {
    this.potential = potential;
    this.metric = metric;
  }

  get size(): number {
    return this.potential.size;
  }

  /** Compute what belongs to the point's position. */
  enter(point: PhasePoint): void {
    point.potential = this.potential.evaluate(point.position, point.gradient);
  }

  /** Give the point a new momentum. */
  kick(point: PhasePoint, random: Random): void {
    this.metric.draw(random, point.momentum);
    this.metric.velocity(point.momentum, point.velocity);
  }

  /** The energy of a point in nats; NaN where its potential is. */
  energy({ potential, momentum, velocity }: PhasePoint): number {
    return potential + dot(momentum, velocity) / 2;
  }

  /**
   * One leapfrog step of signed size `stepSize`: reversible, volume-preserving, of second order.
   * Source: Neal (2011), section 2.3.
   */
  leapfrog(point: PhasePoint, stepSize: number): void {
    const { position, momentum, velocity, gradient } = point;
    const half = stepSize / 2;
    for (let i = 0; i < momentum.length; i++)
      momentum[i] = (momentum[i] as number) - half * (gradient[i] as number);
    this.metric.velocity(momentum, velocity);
    for (let i = 0; i < position.length; i++)
      position[i] = (position[i] as number) + stepSize * (velocity[i] as number);
    point.potential = this.potential.evaluate(position, gradient);
    for (let i = 0; i < momentum.length; i++)
      momentum[i] = (momentum[i] as number) - half * (gradient[i] as number);
    this.metric.velocity(momentum, velocity);
    this.steps++;
  }
}

/** Even and odd places are summed apart, as pairs of lanes are. */
export function dot(a: Float64Array, b: Float64Array): number {
  let [even, odd] = [0, 0];
  const last = a.length - 1;
  for (let i = 0; i < last; i += 2) {
    even += (a[i] as number) * (b[i] as number);
    odd += (a[i + 1] as number) * (b[i + 1] as number);
  }
  if (last % 2 === 0) even += (a[last] as number) * (b[last] as number);
  return even + odd;
}
