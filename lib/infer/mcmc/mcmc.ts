import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { notice } from "../../notice.ts";
import { checkOptions, type OptionNames } from "../../options.ts";
import { getRngState, type Numeric, setRngState } from "../../tensor/index.ts";
import { type InitFunction, type InitStrategy, initFunction, initToValue } from "../auto/init.ts";
import { notCompiled } from "../compiled/not-compiled.ts";
import { scoped } from "../gradients.ts";
import type { Program } from "../program.ts";
import type { Chain, ChainRecord, ChainState } from "./chain.ts";
import { ComputedSites } from "./computed.ts";
import { Summary } from "./diagnostics/index.ts";
import { flatSamples, numbersByChain, type Samples, samplesByChain } from "./draws.ts";
import { loadEngine } from "./engine.ts";
import { type InferenceData, type InferenceDataOptions, inferenceData, toCsv } from "./export.ts";
import { MCMCKernel, whole } from "./kernels.ts";
import type { Posterior } from "./posterior.ts";
import type { Potential } from "./potential.ts";
import type { Random } from "./random.ts";

export interface MCMCOptions {
  /** Draws that each chain keeps. */
  numSamples: number;
  /** Transitions before that, in which step size and mass matrix are found (default `numSamples`; 0 with `initState`). */
  warmupSteps?: number;
  /** Chains, run one after the other, each with random numbers of its own (default 1). */
  numChains?: number;
  /** Where chains start: values of sites by name, the same for all chains or a list of one for each. */
  initParams?: Readonly<Record<string, Numeric>> | readonly Readonly<Record<string, Numeric>>[];
  /** Where chains start at the other sites (default the kernel's). */
  initStrategy?: InitStrategy;
  /** Go on from the end of an earlier run: its `lastState`. */
  initState?: readonly ChainState[];
  /** Show how it goes (default true). */
  progress?: boolean;
  /** Ends the run when aborted. */
  signal?: AbortSignal;
}

const optionNames: OptionNames<MCMCOptions> = {
  numSamples: true,
  warmupSteps: true,
  numChains: true,
  initParams: true,
  initStrategy: true,
  initState: true,
  progress: true,
  signal: true,
};

/** What a run has left: kept where it was stopped or interrupted too. */
interface Run {
  readonly posterior: Posterior<never>;
  readonly args: readonly unknown[];
  readonly chains: readonly Chain[];
  readonly reason: string | undefined;
  /** Made when the run ends, or where it was cut off, when it is asked for. */
  computed?: ComputedSites;
}

/**
 * Markov chain Monte Carlo: draws from the posterior of a model by HMC or NUTS.
 *
 * The log-density is that of the moment when `run` begins. A stop keeps what was drawn.
 *
 * @example
 * const mcmc = new MCMC(new NUTS(model), { numSamples: 1000, numChains: 4 });
 * await mcmc.run(data);
 * mcmc.getSamples().mu; // shape [4000]
 */
export class MCMC<A extends unknown[] = unknown[]> {
  readonly kernel: MCMCKernel<A>;
  readonly numSamples: number;
  readonly warmupSteps: number;
  readonly numChains: number;
  readonly #options: MCMCOptions;
  #run: Run | undefined;
  /** Of the last run: the next one's too, while it computes the same. */
  #potential: Potential | undefined;

  constructor(kernel: MCMCKernel<A>, options: MCMCOptions) {
    checkOptions("MCMC", options, optionNames);
    if (!(kernel instanceof MCMCKernel)) {
      throw pyroError({
        what: "MCMC needs a kernel that moves its chains",
        expected: "new infer.NUTS(model) or new infer.HMC(model)",
        got: typeof kernel === "function" ? "a function" : String(kernel),
      });
    }
    const { numSamples, initState } = options;
    whole("MCMC", "numSamples", numSamples, 1);
    this.kernel = kernel;
    this.numSamples = numSamples;
    this.warmupSteps = options.warmupSteps ?? (initState === undefined ? numSamples : 0);
    this.numChains = options.numChains ?? initState?.length ?? 1;
    whole("MCMC", "warmupSteps", this.warmupSteps, 0);
    whole("MCMC", "numChains", this.numChains, 1);
    this.#options = options;
    for (const [name, list] of Object.entries({ initParams: options.initParams, initState }))
      if (Array.isArray(list) && list.length !== this.numChains)
        throw unequal(name, list.length, this.numChains);
  }

  /**
   * Warm up and draw.
   * @throws for a model that cannot be sampled, and where no chain finds a place to start, naming the site
   */
  async run(...args: A): Promise<this> {
    const { kernel, numChains, warmupSteps, numSamples } = this;
    const loading = loadEngine();
    // Without a turn where it is there: what runs beside would draw numbers in between.
    const parts = loading instanceof Promise ? await loading : loading;
    const { Chain, Posterior, Random, Sampler, SamplingProgress } = parts;
    const { seed, counter } = getRngState();
    const streams = Array.from({ length: numChains }, (_, i) => Random.derive(seed, counter, i));
    setRngState({ seed, counter: counter + 1 });

    const posterior = scoped(() =>
      parts.drawingFrom(streams[0] as Random, () => new Posterior(kernel.model, args, this.#init(0))),
    );
    const at = scoped(() => Float64Array.from(posterior.vector.initial().dataSync()));
    const logDensity = (latent: tf.Tensor) => posterior.logDensity(latent);
    const known = this.#potential;
    this.#potential = undefined;
    const potential = parts.potentialOf(
      logDensity,
      at,
      [kernel.model, ...args],
      kernel.compile,
      known,
      kernel.room(at.length),
    );
    this.#potential = potential;
    if (kernel.compile === true && potential.reason !== undefined)
      throw notCompiled("The log-density", "option compile of the kernel", potential.reason);
    const chains: Chain[] = [];
    this.#run = {
      posterior: posterior as unknown as Posterior<never>,
      args,
      chains,
      reason: potential.reason,
    };
    const { vector } = posterior;
    const { reason } = potential;
    const news = new SamplingProgress(
      {
        ...{ numChains, warmupSteps, numSamples, vector, reason },
        running: (most) => parts.runningDraws(vector, chains, most),
      },
      this.#options.progress ?? true,
    );
    const sampler = new Sampler(
      potential,
      chains,
      news,
      this.#options.signal,
      numChains * (warmupSteps + numSamples),
    );
    try {
      for (let index = 0; index < numChains && !sampler.stopped; index++) {
        const random = streams[index] as Random;
        const given = this.#options.initState?.[index];
        const start =
          given === undefined
            ? {
                random,
                position: parts.startingPoint(
                  posterior,
                  potential,
                  this.#init(index),
                  random,
                  index === 0 ? at : undefined,
                ),
              }
            : { ...given, random: new Random(given.random.key, given.random) };
        const chain = new Chain(kernel, potential, { index, warmupSteps, numSamples }, start);
        chains.push(chain);
        await sampler.run(chain);
      }
    } finally {
      sampler.close();
      news.end(chains);
      this.#tellOfNaN(posterior as unknown as Posterior<never>, chains);
    }
    this.#computed();
    return this;
  }

  /** Why the log-density was not compiled; undefined where it was. */
  get reason(): string | undefined {
    return this.#ran().reason;
  }

  /** Names of the sites that are sampled, in the order of the model. */
  get sites(): string[] {
    return this.#ran().posterior.vector.sites.map(({ name }) => name);
  }

  /**
   * The draws by site: shape `[draws, ...site]`, the chains one after the other; by chain `[chains, draws, ...site]`.
   * By chain, a run that was cut short has as many draws of each as the shortest chain. Sites that the model computes
   * (`deterministic`, and those that `reparam` makes so) are among them, except where discrete sites are summed out.
   */
  getSamples({ groupByChain = false }: { groupByChain?: boolean } = {}): Samples {
    const { vector } = this.#ran().posterior;
    const { records } = this;
    if (!groupByChain) return { ...flatSamples(vector, records), ...this.#computed().flat() };
    const samples = samplesByChain(vector, records);
    const [, length = 0] = Object.values(samples)[0]?.shape ?? [];
    const counts = records.map(({ energy }) => energy.length);
    return { ...samples, ...this.#computed().byChain(counts, length) };
  }

  /**
   * A table of the draws: mean, deviation, median, a central interval, effective draws and R-hat of each number.
   * @param prob share of the draws that the interval holds (default 0.9)
   * @param excludeDeterministic leave out sites that the model computes (default true)
   */
  summary({
    prob = 0.9,
    excludeDeterministic = true,
  }: {
    prob?: number;
    excludeDeterministic?: boolean;
  } = {}): Summary {
    const divergences = this.diagnostics.reduce((sum, chain) => sum + chain.divergences, 0);
    return scoped(() => {
      const { vector } = this.#ran().posterior;
      const samples = excludeDeterministic
        ? samplesByChain(vector, this.records)
        : this.getSamples({ groupByChain: true });
      return new Summary(numbersByChain(samples), prob, divergences);
    });
  }

  /** The draws in the layout of ArviZ's InferenceData, for `JSON.stringify`. */
  toInferenceData(options: InferenceDataOptions = {}): InferenceData {
    return scoped(() => inferenceData(this.getSamples({ groupByChain: true }), this.records, options));
  }

  /** The draws as text: a line for each, with a head line of names. */
  toCSV(): string {
    return scoped(() => toCsv(this.getSamples({ groupByChain: true }), this.records));
  }

  toString(): string {
    return this.#run === undefined ? "MCMC: no draws yet" : String(this.summary());
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
  [Symbol.for("Jupyter.display")](): unknown {
    return this.#run === undefined
      ? { "text/plain": this.toString() }
      : (this.summary() as unknown as Record<symbol, () => unknown>)[Symbol.for("Jupyter.display")]?.();
  }

  /** What was noted of each draw of each chain: acceptance, energy, tree depth, divergences. */
  get records(): readonly ChainRecord[] {
    return this.#ran().chains.map(({ record, drawn }) => ({
      ...record,
      draws: record.draws.subarray(0, drawn * this.#ran().posterior.vector.size),
      acceptance: record.acceptance.subarray(0, drawn),
      energy: record.energy.subarray(0, drawn),
      potential: record.potential.subarray(0, drawn),
      depth: record.depth.subarray(0, drawn),
      steps: record.steps.subarray(0, drawn),
      diverging: record.diverging.subarray(0, drawn),
    }));
  }

  /** How each chain ended: step size, inverse mass, mean acceptance, divergences after warm-up, leapfrog steps. */
  get diagnostics() {
    return this.#ran().chains.map((chain) => ({
      stepSize: chain.stepSize,
      inverseMass: chain.metric.inverseMass,
      acceptance: chain.acceptance,
      divergences: chain.divergences,
      leapfrogs: chain.leapfrogs,
      drawn: chain.drawn,
    }));
  }

  /** Where the chains are, for `initState` of another run. */
  get lastState(): readonly ChainState[] {
    return this.#ran().chains.map(({ state }) => state);
  }

  #init(chain: number): InitFunction {
    const { initParams, initStrategy } = this.#options;
    const fallback = initStrategy === undefined ? this.kernel.init : initFunction(initStrategy);
    if (initParams === undefined) return fallback;
    const values = (Array.isArray(initParams) ? initParams[chain] : initParams) as Record<string, Numeric>;
    return initToValue({ values, fallback });
  }

  #computed(): ComputedSites {
    const run = this.#ran();
    run.computed ??= scoped(() => {
      const { posterior, args } = run;
      const draws = () => flatSamples(posterior.vector, this.records);
      return new ComputedSites(this.kernel.model as Program<never>, args, posterior.deterministic, draws);
    });
    return run.computed;
  }

  #ran(): Run {
    if (this.#run !== undefined) return this.#run;
    throw pyroError({ what: "There are no draws yet", where: "MCMC", try: "await mcmc.run(...args) first" });
  }

  #tellOfNaN(posterior: Posterior<never>, chains: readonly Chain[]): void {
    const nowhere = chains.find((chain) => chain.nowhere !== undefined)?.nowhere;
    if (nowhere === undefined) return;
    const culprit = scoped(() => posterior.culprit(nowhere));
    const where = culprit === undefined ? "" : `: site "${culprit.site}" at ${culprit.value}`;
    notice(`The log-density was not a number at some points${where}. They count as divergences.`);
  }
}

function unequal(option: string, got: number, chains: number): Error {
  return pyroError({
    what: `There is not one of ${option} for each chain`,
    where: `option ${option} of MCMC`,
    expected: `${chains}`,
    got: String(got),
  });
}
