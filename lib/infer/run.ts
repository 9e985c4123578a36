import * as tf from "@tensorflow/tfjs-core";
import { kindOf, pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import type { Mode } from "../jit/emit/code.ts";
import { notice } from "../notice.ts";
import { notCompiled } from "./compiled/not-compiled.ts";
import { otherCodeRan } from "./compiled/other-code.ts";
import type { StepCompiler } from "./compiled/step-compiler.ts";
import { makeRunControl, type RunControl } from "./control.ts";
import { Looks } from "./looks.ts";
import type { LossBuffer } from "./losses.ts";
import { Metronome } from "./metronome.ts";
import { Progress } from "./progress.ts";
import type { RunListener } from "./run-events.ts";
import { checkedArgs, type RunOptions } from "./run-options.ts";
import type { SVIOptimizer } from "./svi.ts";
import { turnOfEventLoop } from "./turn.ts";

export interface RunResult {
  /** Losses of the steps of this run. */
  readonly losses: Float32Array;
  /** Steps taken. */
  readonly steps: number;
  /** Whether the last steps were compiled ones. */
  readonly compiled: boolean;
  /** Why steps were not compiled. */
  readonly reason?: string;
  /**
   * What ran the compiled steps: JavaScript that was written for them, with WebAssembly for what is long. In a page
   * whose content policy forbids code from text it is WebAssembly, and in one that forbids that too an interpreter.
   */
  readonly mode?: Mode;
  /** Why the run ended. */
  readonly ended: "done" | "stopped" | "aborted";
}

/** Milliseconds of computing before the event loop gets a turn. */
const SLICE = 40;
/** Milliseconds of compiled steps between two looks at the clock, at buttons and at the interrupt. */
const GLANCE = 2;
const PAUSE_POLL = 20;
/** Runs shorter than this are over before a compiled step would pay. */
const WORTH_COMPILING = 8;

const NOTHING: readonly tf.Tensor[] = [];

interface RunningSvi<A extends unknown[]> {
  step(args: A): number;
  compiler(): StepCompiler<A>;
  optim: SVIOptimizer;
  losses: LossBuffer;
  listeners: ReadonlySet<RunListener>;
  watchers: ReadonlySet<() => void>;
}

/** The loop of `svi.run`. */
export async function runSteps<A extends unknown[]>(
  svi: RunningSvi<A>,
  numSteps: number,
  options: RunOptions<A>,
): Promise<RunResult> {
  return new Run(svi, numSteps, options).run();
}

class Run<A extends unknown[]> {
  readonly #svi: RunningSvi<A>;
  readonly #total: number;
  readonly #options: RunOptions<A>;
  readonly #argsOf: (step: number) => A;
  readonly #control: RunControl;
  /** Why the run began without a compiler. */
  readonly #eager: string | undefined;
  readonly #news: Progress;
  readonly #looks: Looks;
  readonly #metronome: Metronome | undefined;
  readonly #first: number;
  readonly #compiler: StepCompiler<A> | undefined;
  readonly #varies: boolean;
  /** Whether a function of the caller gives the arguments of each step. */
  readonly #asks: boolean;
  #steps = 0;
  #ended: RunResult["ended"] | undefined;
  /** Whether code that is not the run's own may have changed what the model does. */
  #disturbed = true;
  /** Steps between two glances: as many as fit. */
  #stride = 1;
  /** Whether the last step has kept its gradient. */
  #kept = false;
  /** Where the last verified step is, in steps. */
  #marked = 0;
  /** Whether functions of the caller can get at what the model has captured. */
  #shares = false;

  constructor(svi: RunningSvi<A>, numSteps: number, options: RunOptions<A>) {
    const { args, progress = true, compile = "auto", pace } = options;
    if (!Number.isSafeInteger(numSteps) || numSteps < 0) {
      throw pyroError({
        what: "The number of steps must be a whole number >= 0",
        where: "svi.run",
        got: typeof numSteps === "number" ? String(numSteps) : kindOf(numSteps),
        try: "svi.run(1000)",
      });
    }
    this.#metronome = pace === undefined ? undefined : new Metronome(pace);
    this.#svi = svi;
    this.#total = numSteps;
    this.#options = options;
    this.#argsOf =
      typeof args === "function" ? (step) => checkedArgs(args(step)) : () => args ?? ([] as unknown[] as A);
    this.#control = makeRunControl(numSteps);
    this.#first = svi.losses.length;
    this.#news = new Progress(numSteps, svi.losses, svi.listeners, progress);
    this.#looks = new Looks(svi.watchers, numSteps);
    this.#eager = this.#control.eager;
    const worth = numSteps >= WORTH_COMPILING && this.#eager === undefined;
    const wanted = compile === true || (compile === "auto" && worth);
    this.#compiler = wanted ? svi.compiler() : undefined;
    this.#compiler?.begin(Array.isArray(args) ? tensorsOf(args) : []);
    this.#asks = typeof args === "function";
    this.#varies = this.#asks || this.#compiler?.tensorsVary === true;
  }

  async run(): Promise<RunResult> {
    const [svi, control] = [this.#svi, this.#control];
    const { signal } = this.#options;
    let sliceEnd = 0;
    let lengthened = false;
    const beginSlice = () => {
      sliceEnd = performance.now() + SLICE;
      lengthened = false;
    };
    beginSlice();
    try {
      while (this.#steps < this.#total && this.#ended === undefined) {
        if (signal?.aborted === true) {
          this.#ended = "aborted";
          break;
        }
        const order = control.poll();
        if (order === "stop") {
          this.#ended = "stopped";
          break;
        }
        if (order === "pause" || performance.now() >= sliceEnd) {
          await this.#yield({ still: order === "pause" });
          beginSlice();
          if (order === "pause") {
            pollInterrupt();
            continue;
          }
        }
        const due = order === "step" ? 1 : (this.#metronome?.due ?? Number.POSITIVE_INFINITY);
        if (due < 1) {
          await this.#yield({ wait: this.#metronome?.rest ?? 0 });
          pollInterrupt();
          beginSlice();
          continue;
        }
        if (svi.optim.rateScale !== undefined) svi.optim.rateScale = control.lrScale;
        const verifies = this.#disturbed;
        const before = this.#steps;
        await this.#some(due);
        this.#metronome?.count(this.#steps - before);
        this.#look();
        // However long a verification takes, the compiled steps that it allows get a slice of their own. Once: two runs of
        // the same parameters disturb each other at every step, and nobody else would ever have a turn.
        if (verifies && !this.#disturbed && !lengthened) {
          beginSlice();
          lengthened = true;
        }
      }
    } finally {
      this.#compiler?.end();
      if (svi.optim.rateScale !== undefined) svi.optim.rateScale = 1;
      control.close?.();
      this.#news.end(this.#steps, this.#how());
    }
    return {
      losses: svi.losses.view(this.#first).slice(),
      steps: this.#steps,
      ...this.#how(),
      ended: this.#ended ?? "done",
    };
  }

  #how(): Pick<RunResult, "compiled" | "reason" | "mode"> {
    const mode = this.#compiler?.mode;
    if (mode !== undefined) return { compiled: true, mode };
    const reason = this.#reason();
    return { compiled: false, ...(reason !== undefined && { reason }) };
  }

  #reason(): string | undefined {
    if (this.#options.compile === false) return "compile is false";
    if (this.#compiler === undefined) return this.#eager ?? "the run is too short to be worth compiling";
    return this.#compiler.reason ?? "the run ended before its step was compiled";
  }

  /** Let those who watch see the parameters as they are. */
  #look(): void {
    const looks = this.#looks;
    if (!looks.watched || (this.#steps < looks.next && !this.#kept)) return;
    this.#kept = false;
    this.#compiler?.store();
    // Its gradient is kept by an eager step alone, and that is what a verification is.
    if (looks.look(this.#steps)) this.#disturbed = true;
  }

  /** Give the event loop a turn, with everything written that others may look at. */
  async #yield({ still = false, wait = 0 }): Promise<void> {
    this.#compiler?.store();
    this.#news.tell(this.#steps, { still });
    const turn = () => turnOfEventLoop(still ? PAUSE_POLL : wait);
    // The caller's own functions have run.
    if (this.#options.onStep !== undefined || this.#asks) this.#disturbed = true;
    // While nothing is compiled nobody asks.
    if (this.#compiler?.compiled !== true || this.#disturbed) return turn();
    if (await otherCodeRan(turn, 2)) this.#disturbed = true;
  }

  /** One eager step, or as many compiled ones as fit between two glances, but no more than are wanted. */
  async #some(most: number): Promise<void> {
    const compiler = this.#compiler;
    if (compiler === undefined || !compiler.compiled) {
      await this.#one();
      return;
    }
    if (this.#control.eager !== undefined && this.#options.compile !== true) {
      compiler.store();
      this.#disturbed = true;
      await this.#tell(this.#svi.step(this.#argsOf(this.#steps)));
      return;
    }
    if (this.#disturbed) {
      await this.#verify(compiler);
      return;
    }
    const begun = performance.now();
    const stride = Math.min(most, this.#stride, this.#looks.distance(this.#steps));
    const end = Math.min(this.#total, this.#steps + stride);
    const before = this.#steps;
    while (this.#steps < end && this.#ended === undefined) {
      const args = this.#argsOf(this.#steps);
      if (this.#asks) this.#heed(compiler);
      const loss =
        this.#fits(args) && !this.#disturbed ? compiler.step(this.#given(args), this.#asks) : undefined;
      if (loss === undefined) {
        // Not finite: an eager step says what is wrong, or goes on where that is right. Or it is another program's.
        compiler.store();
        this.#disturbed = true;
        await this.#tell(this.#svi.step(args));
        return;
      }
      this.#svi.losses.push(loss);
      if (this.#options.onStep === undefined) this.#steps++;
      else await this.#tell(loss);
      if (this.#disturbed) return;
    }
    pollInterrupt();
    const took = performance.now() - begun;
    const each = took / Math.max(1, this.#steps - before);
    this.#stride = Math.max(1, Math.min(2 * this.#stride, Math.floor(GLANCE / Math.max(each, 1e-5))));
  }

  async #one(): Promise<void> {
    const args = this.#argsOf(this.#steps);
    const loss = this.#compiler?.eagerStep(args, this.#given(args)) ?? this.#svi.step(args);
    const { compile } = this.#options;
    const compiler = this.#compiler;
    if (compile === true && compiler?.reason !== undefined && !compiler.compiled)
      throw notCompiled("The steps", "svi.run, option compile", compiler.reason);
    if (compiler?.compiled === true) {
      this.#watch(compiler);
      this.#disturbed = this.#shares;
      this.#marked = this.#steps + 1;
    }
    await this.#tell(loss);
  }

  /** A step that shows whether the compiled one still stands; if not, what was built on it is taken back. */
  async #verify(compiler: StepCompiler<A>): Promise<void> {
    const args = this.#argsOf(this.#steps);
    if (this.#asks) this.#heed(compiler);
    if (this.#steps > this.#marked && !this.#fits(args)) {
      compiler.store();
      await this.#tell(this.#svi.step(args));
      return;
    }
    const loss = compiler.verify(args, this.#given(args), this.#steps > this.#marked);
    if (loss !== undefined) {
      this.#watch(compiler);
      this.#kept = true;
      this.#disturbed = !compiler.compiled || compiler.unsettled;
      this.#marked = this.#steps + 1;
      await this.#tell(loss);
      return;
    }
    const lost = this.#steps - this.#marked;
    this.#svi.losses.cut(this.#first + this.#marked);
    this.#steps = this.#marked;
    notice(
      `The model changed while it was being trained: ${compiler.reason}. ` +
        (lost === 0 ? "Steps run" : `The last ${lost} compiled steps were taken back, and steps run`) +
        " without the compiler from here on.",
    );
  }

  /**
   * A caller's function that writes what the model reads makes each step another one: they run eagerly. One that could
   * write it is looked after at each step.
   */
  #watch(compiler: StepCompiler<A>): void {
    for (const [name, f] of Object.entries({ onStep: this.#options.onStep, args: this.#options.args })) {
      if (compiler.captured.isWrittenBy(f))
        compiler.giveUp(`${name} assigns a variable that the model or the guide has captured`);
      else if (!this.#shares && compiler.captured.isReachedBy(f)) {
        this.#shares = true;
        compiler.captured.watch();
      }
    }
  }

  /** A function of the caller has run: if it has changed what the model reads, the next step is another one. */
  #heed(compiler: StepCompiler<A>): void {
    if (!this.#shares || !compiler.compiled || !compiler.captured.changed) return;
    compiler.store();
    // The steps before were those of the model as it was.
    compiler.mark();
    this.#marked = this.#steps;
    this.#disturbed = true;
  }

  /** A step was taken: say so to the caller's function. */
  async #tell(loss: number): Promise<void> {
    this.#steps++;
    const { onStep } = this.#options;
    if (onStep === undefined) return;
    this.#compiler?.store();
    let answer = onStep(this.#steps, loss);
    if (answer instanceof Promise) answer = await answer;
    if (answer === false) this.#ended = "stopped";
    if (this.#compiler?.touched === true) this.#disturbed = true;
    if (this.#compiler !== undefined) this.#heed(this.#compiler);
  }

  /** Whether the compiled step takes these arguments; those of a whole run it knows. */
  #fits(args: A): boolean {
    return !this.#asks || this.#compiler?.fits(args) === true;
  }

  /** The tensors among the arguments that are others at each step, or in each run. */
  #given(args: A): readonly tf.Tensor[] {
    return this.#varies ? tensorsOf(args) : NOTHING;
  }
}

function tensorsOf(args: readonly unknown[]): readonly tf.Tensor[] {
  return args.filter((arg) => arg instanceof tf.Tensor);
}
