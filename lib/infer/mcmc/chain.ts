import type { MCMCKernel } from "./kernels.ts";
import { DiagonalMetric, type Metric } from "./metric.ts";
import { Hamiltonian, PhasePoint } from "./phase-space.ts";
import type { Potential } from "./potential.ts";
import type { Random, RandomState } from "./random.ts";
import type { Transitions } from "./transition.ts";
import { Warmup } from "./warmup.ts";

/** What a chain can go on from. */
export interface ChainState {
  /** On the unconstrained scale. */
  readonly position: Float64Array;
  readonly stepSize: number;
  readonly metric: Metric;
  readonly random: RandomState;
}

/** What was noted of each draw. */
export interface ChainRecord {
  /** Unconstrained draws, one after the other. */
  readonly draws: Float32Array;
  readonly acceptance: Float32Array;
  /** Energy of the draw, in nats. */
  readonly energy: Float64Array;
  /** Potential of the draw: minus its log-density on the unconstrained scale. */
  readonly potential: Float64Array;
  readonly depth: Uint8Array;
  readonly steps: Uint32Array;
  readonly diverging: Uint8Array;
}

/** One chain: it warms up, then it draws. */
export class Chain {
  readonly index: number;
  readonly warmupSteps: number;
  readonly numSamples: number;
  readonly record: ChainRecord;
  /** Transitions so far, those of warm-up included. */
  taken = 0;
  /** Where the potential was not a number for the first time, outside of warm-up. */
  nowhere: Float64Array | undefined;
  readonly #hamiltonian: Hamiltonian;
  readonly #transitions: Transitions;
  readonly #point: PhasePoint;
  readonly #random: Random;
  readonly #warmup: Warmup;
  #acceptance = 0;
  #divergences = 0;

  constructor(
    kernel: MCMCKernel<never>,
    potential: Potential,
    plan: { readonly index: number; readonly warmupSteps: number; readonly numSamples: number },
    start: Pick<ChainState, "position"> & { readonly random: Random } & Partial<
        Pick<ChainState, "stepSize" | "metric">
      >,
  ) {
    const { size } = potential;
    this.index = plan.index;
    this.warmupSteps = plan.warmupSteps;
    this.numSamples = plan.numSamples;
    const metric = start.metric ?? new DiagonalMetric(new Float64Array(size).fill(1));
    this.#hamiltonian = new Hamiltonian(potential, metric);
    this.#transitions = kernel.transitions(this.#hamiltonian);
    this.#random = start.random;
    this.#point = new PhasePoint(size);
    this.#point.position.set(start.position);
    this.#hamiltonian.enter(this.#point);
    this.#warmup = new Warmup(this.#hamiltonian, kernel.adaptation, plan.warmupSteps, {
      point: this.#point,
      stepSize: start.stepSize ?? kernel.stepSize,
      random: this.#random,
    });
    const n = plan.numSamples;
    this.record = {
      draws: new Float32Array(n * size),
      acceptance: new Float32Array(n),
      energy: new Float64Array(n),
      potential: new Float64Array(n),
      depth: new Uint8Array(n),
      steps: new Uint32Array(n),
      diverging: new Uint8Array(n),
    };
  }

  get total(): number {
    return this.warmupSteps + this.numSamples;
  }
  get warmingUp(): boolean {
    return this.taken < this.warmupSteps;
  }
  /** Draws so far. */
  get drawn(): number {
    return Math.max(0, this.taken - this.warmupSteps);
  }
  get stepSize(): number {
    return this.#warmup.stepSize;
  }
  /** Divergent transitions after warm-up. */
  get divergences(): number {
    return this.#divergences;
  }
  /** Mean acceptance of the draws so far. */
  get acceptance(): number {
    return this.drawn === 0 ? Number.NaN : this.#acceptance / this.drawn;
  }
  /** Leapfrog steps so far. */
  get leapfrogs(): number {
    return this.#hamiltonian.steps;
  }
  get metric(): Metric {
    return this.#hamiltonian.metric;
  }

  get state(): ChainState {
    const position = this.#point.position.slice();
    return { position, stepSize: this.stepSize, metric: this.metric, random: this.#random.state };
  }

  /** One transition. */
  step(): void {
    const told = this.#transitions.move(this.#point, this.stepSize, this.#random);
    const at = this.taken++ - this.warmupSteps;
    if (at < 0) {
      this.#warmup.update(this.#point, told.acceptance);
      if (at === -1) this.#warmup.finish();
      return;
    }
    const { record } = this;
    const { position, potential } = this.#point;
    record.draws.set(position, at * position.length);
    record.acceptance[at] = told.acceptance;
    record.energy[at] = told.energy;
    record.potential[at] = potential;
    record.depth[at] = told.depth;
    record.steps[at] = told.steps;
    record.diverging[at] = told.diverging ? 1 : 0;
    this.#acceptance += told.acceptance;
    if (!told.diverging) return;
    this.#divergences++;
    this.nowhere ??= this.#transitions.lost;
  }
}
