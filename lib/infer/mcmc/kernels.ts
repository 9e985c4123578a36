import { pyroError } from "../../errors.ts";
import { checkOptions, type OptionNames } from "../../options.ts";
import { type InitFunction, type InitStrategy, initFunction, initToUniform } from "../auto/init.ts";
import type { Program } from "../program.ts";
import { engine } from "./engine.ts";
import type { Hamiltonian } from "./phase-space.ts";
import type { Transitions } from "./transition.ts";
import type { Adaptation } from "./warmup.ts";

/** What HMC and NUTS have in common. */
export interface KernelOptions {
  /** Where adaptation of the step size starts, or the step size itself (default 1). */
  stepSize?: number;
  /** Find the step size during warm-up (default true). */
  adaptStepSize?: boolean;
  /** Estimate the posterior's variances during warm-up (default true). */
  adaptMassMatrix?: boolean;
  /** Estimate its covariances too (default false). */
  denseMass?: boolean;
  /** Mean acceptance at which the step size aims (default 0.8). */
  targetAcceptProb?: number;
  /** Where chains start at each site (default "uniform": from (-2, 2) on the unconstrained scale). */
  initStrategy?: InitStrategy;
  /** Compile the log-density and its gradient: "auto" (default) where possible, true to demand it, false never. */
  compile?: "auto" | boolean;
}

const common: OptionNames<KernelOptions> = {
  stepSize: true,
  adaptStepSize: true,
  adaptMassMatrix: true,
  denseMass: true,
  targetAcceptProb: true,
  initStrategy: true,
  compile: true,
};

/** How a chain moves, for `MCMC`. */
export abstract class MCMCKernel<A extends unknown[] = unknown[]> {
  readonly model: Program<A>;
  readonly stepSize: number;
  readonly adaptation: Adaptation;
  readonly init: InitFunction;
  readonly compile: "auto" | boolean;

  constructor(name: string, model: Program<A>, options: KernelOptions) {
    if (typeof model !== "function") {
      throw pyroError({
        what: `${name} samples from the posterior of a model`,
        expected: "the function that is the model",
        got: String(model),
        try: `new infer.${name}(model)`,
      });
    }
    const { stepSize = 1, targetAcceptProb = 0.8, initStrategy = initToUniform, compile = "auto" } = options;
    positive(name, "stepSize", stepSize);
    if (!(targetAcceptProb > 0 && targetAcceptProb < 1)) {
      throw pyroError({
        what: "The wanted acceptance is a share",
        where: `option targetAcceptProb of ${name}`,
        expected: "a number between 0 and 1, such as 0.8",
        got: String(targetAcceptProb),
      });
    }
    this.model = model;
    this.stepSize = stepSize;
    this.init = initFunction(initStrategy);
    this.compile = compile;
    this.adaptation = {
      stepSize: options.adaptStepSize ?? true,
      massMatrix: options.adaptMassMatrix ?? true,
      dense: options.denseMass ?? false,
      target: targetAcceptProb,
    };
  }

  /** Bytes that its trajectories want beside a potential of that many numbers. */
  room(_size: number): number {
    return 0;
  }

  /** The moves of one chain. */
  abstract transitions(hamiltonian: Hamiltonian): Transitions;
}

export interface HMCOptions extends KernelOptions {
  /** Length of a trajectory: leapfrog steps times step size (default 2π). */
  trajectoryLength?: number;
  /** Leapfrog steps of a trajectory, in place of its length. */
  numSteps?: number;
}

const hmcOptions: OptionNames<HMCOptions> = { ...common, trajectoryLength: true, numSteps: true };

/**
 * Hamiltonian Monte Carlo with trajectories of a fixed length.
 *
 * @example await new MCMC(new HMC(model, { numSteps: 10 }), { numSamples: 1000 }).run(data)
 */
export class HMC<A extends unknown[] = unknown[]> extends MCMCKernel<A> {
  readonly trajectoryLength: number;
  readonly numSteps: number | undefined;

  constructor(model: Program<A>, options: HMCOptions = {}) {
    checkOptions("HMC", options, hmcOptions);
    super("HMC", model, options);
    this.trajectoryLength = options.trajectoryLength ?? 2 * Math.PI;
    this.numSteps = options.numSteps;
    positive("HMC", "trajectoryLength", this.trajectoryLength);
    if (this.numSteps !== undefined) whole("HMC", "numSteps", this.numSteps, 1);
  }

  override transitions(hamiltonian: Hamiltonian): Transitions {
    return new (engine().HmcTransitions)(hamiltonian, this.trajectoryLength, this.numSteps);
  }
}

export interface NUTSOptions extends KernelOptions {
  /** A trajectory has at most 2^maxTreeDepth leapfrog steps (default 10). */
  maxTreeDepth?: number;
}

const nutsOptions: OptionNames<NUTSOptions> = { ...common, maxTreeDepth: true };

/**
 * The no-U-turn sampler: HMC that finds the length of each trajectory by itself.
 *
 * @example await new MCMC(new NUTS(model), { numSamples: 1000, numChains: 4 }).run(data)
 */
export class NUTS<A extends unknown[] = unknown[]> extends MCMCKernel<A> {
  readonly maxTreeDepth: number;

  constructor(model: Program<A>, options: NUTSOptions = {}) {
    checkOptions("NUTS", options, nutsOptions);
    super("NUTS", model, options);
    this.maxTreeDepth = options.maxTreeDepth ?? 10;
    whole("NUTS", "maxTreeDepth", this.maxTreeDepth, 1);
  }

  override room(size: number): number {
    return this.adaptation.dense ? 0 : engine().nutsRoom(size, this.maxTreeDepth);
  }

  override transitions(hamiltonian: Hamiltonian): Transitions {
    const { NutsTransitions, wasmNuts } = engine();
    const quick = this.adaptation.dense ? undefined : wasmNuts(hamiltonian, this.maxTreeDepth);
    return quick ?? new NutsTransitions(hamiltonian, this.maxTreeDepth);
  }
}

function positive(name: string, option: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw pyroError({
    what: `${option} must be a positive number`,
    where: `option ${option} of ${name}`,
    got: String(value),
  });
}

/** @throws unless `value` is a whole number of at least `least` */
export function whole(name: string, option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw pyroError({
    what: `${option} must be a whole number of at least ${least}`,
    where: `option ${option} of ${name}`,
    got: String(value),
  });
}
