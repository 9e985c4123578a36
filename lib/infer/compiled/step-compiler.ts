import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { Program } from "../../jit/program.ts";
import { Refusal } from "../../jit/refusal.ts";
import { difference } from "../../jit/verify.ts";
import { notice } from "../../notice.ts";
import type { PureStep } from "../../optim/pure-step.ts";
import { setUnwritten } from "../../tensor/index.ts";
import type { LossBuffer } from "../losses.ts";
import { type Form, formOf, hasForm } from "./arguments.ts";
import { CapturedState } from "./captured-state.ts";
import { type Snapshot, SviProgram } from "./svi-program.ts";
import type { StepRecord } from "./svi-step.ts";

/** What the compiler asks of the SVI whose steps it compiles. */
export interface CompilableSvi<A extends unknown[]> {
  /** An eager step. */
  step(args: A): number;
  /** An eager step while the compiler listens; `record` is undefined where the step cannot be compiled. */
  recordedStep(
    args: A,
    given: readonly tf.Tensor[],
  ): {
    loss: number;
    record: StepRecord | undefined;
    reason: string | undefined;
    /** It was taken eagerly this time, which says nothing about whether it can be compiled. */
    undecided?: boolean;
  };
  /** Of all steps, compiled ones included. */
  readonly losses: LossBuffer;
  /** The user's functions. */
  readonly programs: readonly unknown[];
  /** The optimizer's step as a function of tensors, for the parameters of a record. */
  pureStep(names: readonly string[]): PureStep;
}

const CHANGES = (name: string): string =>
  `the model or the guide changes the variable "${name}" as it runs, which a compiled step would not`;

/** Records that are compared before a step that keeps changing is given up. */
const MOST_RECORDS = 4;

/** Verified steps in a row after which something captured was another: then it is the step that changes it. */
const MOST_UNSETTLED = 4;

/** Steps in a row that could not be recorded because ranks differed. */
const MOST_UNDECIDED = 20;

/**
 * Compiles the steps of an SVI while they are taken: the first runs eagerly (it creates the parameters), the next are
 * recorded, and when two records agree the step is compiled. After other code has run, which may have changed
 * what the model does, the next step is recorded again, and the program stands only if that record is the same.
 */
export class StepCompiler<A extends unknown[]> {
  readonly #svi: CompilableSvi<A>;
  /** What the user's functions hold, which decides whether a program still stands. */
  readonly captured: CapturedState;
  #stage: "first" | "recording" | "compiled" | "eager" = "first";
  #reason: string | undefined;
  #record: StepRecord | undefined;
  #records = 0;
  #unsettled = 0;
  #undecided = false;
  /** Tensors among the arguments of the last run. */
  #tensors: readonly tf.Tensor[] | undefined;
  #tensorsVary = false;
  #program: SviProgram | undefined;
  #pure: PureStep | undefined;
  #snapshot: Snapshot | undefined;
  /** How many losses there were then. */
  #losses = 0;
  /** Whether steps were taken that the world does not know of. */
  #ahead = false;
  readonly #writes = (): void => this.store();
  /** Of the arguments of the record. */
  #forms: readonly Form[] = [];

  constructor(svi: CompilableSvi<A>) {
    this.#svi = svi;
    this.captured = new CapturedState(() => svi.programs);
  }

  /**
   * A run begins: what was given up in an earlier one is tried again. Its tensors are constants of the program, unless
   * it turns out that each run has others: then they are inputs.
   */
  begin(tensors: readonly tf.Tensor[]): void {
    const known = this.#tensors;
    if (known !== undefined && (known.length !== tensors.length || known.some((x, i) => x !== tensors[i]))) {
      this.#tensorsVary = true;
    }
    this.#tensors = tensors;
    this.captured.begin();
    if (this.#stage !== "eager") return;
    this.#stage = "recording";
    this.#records = 0;
    this.#unsettled = 0;
    this.#reason = undefined;
  }

  get tensorsVary(): boolean {
    return this.#tensorsVary;
  }

  /** Why steps run eagerly, in one sentence. */
  get reason(): string | undefined {
    return this.#reason;
  }

  get compiled(): boolean {
    return this.#stage === "compiled";
  }

  /** What runs the compiled step. */
  get mode(): Program["mode"] | undefined {
    return this.#stage === "compiled" ? this.#program?.program.mode : undefined;
  }

  /** Whether the next step is to be verified too. */
  get unsettled(): boolean {
    return this.#unsettled > 0 || this.#undecided;
  }

  /** A step on the way to a compiled one. */
  eagerStep(args: A, given: readonly tf.Tensor[]): number {
    switch (this.#stage) {
      case "first":
        this.#stage = "recording";
        return this.#svi.step(args);
      case "recording":
        return this.#recording(args, given);
      case "compiled":
      case "eager":
        return this.#svi.step(args);
      default:
        return this.#stage satisfies never;
    }
  }

  /** Whether these arguments may be given to the compiled step. */
  fits(args: A): boolean {
    return args.length === this.#forms.length && this.#forms.every((form, i) => hasForm(args[i], form));
  }

  /**
   * A compiled step; undefined where it was not taken, and the world is as after the last.
   * @param others whether the caller's code has run since the last step, and may have written parameters
   */
  step(given: readonly tf.Tensor[], others = false): number | undefined {
    const program = this.#program;
    if (program === undefined) return undefined;
    if ((others || !this.#ahead) && !this.#goAhead(program)) return undefined;
    const loss = program.step(given);
    if (loss === undefined) this.store();
    return loss;
  }

  /** @returns false where somebody has given parameters other values, or set the seed */
  #goAhead(program: SviProgram): boolean {
    if (program.assigned) {
      this.store();
      return false;
    }
    if (this.#ahead) return true;
    if (!program.sameSeed) return false;
    program.follow();
    program.show();
    this.#ahead = true;
    setUnwritten(this.#writes);
    return true;
  }

  /** Write what the compiled steps have done to the optimizer and the random counter; parameters show it already. */
  store(): void {
    if (!this.#ahead) return;
    this.#ahead = false;
    setUnwritten(undefined);
    if (this.#program?.store() !== false || this.#snapshot === undefined) return;
    this.#program.restore(this.#snapshot);
    this.#svi.losses.cut(this.#losses);
    notice(
      "A compiled step was cut off while it wrote its results: parameters and optimizer are those of the last " +
        "step that was verified.",
    );
  }

  /** A run is over: parameters and optimizer get values of their own. */
  end(): void {
    this.store();
    this.#program?.release();
  }

  /** Whether somebody has written parameters, or moved the random stream, since they were stored. */
  get touched(): boolean {
    return !this.#ahead && this.#program?.touched === true;
  }

  /**
   * Other code has run: take a step eagerly and see whether it is still the compiled one.
   * @param atStake whether steps were taken since the last verification
   * @returns its loss, or undefined where it was another and steps were at stake: then everything is as it was after
   * the last verification, and steps run eagerly. With nothing at stake the step is compiled anew.
   */
  verify(args: A, given: readonly tf.Tensor[], atStake: boolean): number | undefined {
    this.store();
    const before = this.#snapshot;
    const gone = this.#program?.gone === true;
    const isAtStart = this.#load();
    const {
      loss,
      record,
      reason,
      undecided = false,
    } = this.captured.listen(args, () => this.#svi.recordedStep(args, given));
    this.#undecided = undecided;
    if (undecided) return loss;
    const known = this.#record;
    const differs =
      record === undefined || known === undefined
        ? (reason ?? "")
        : difference(known.graph, record.graph, { anySeed: true });
    this.#forms = args.map(formOf);
    if (differs === undefined && record !== undefined) {
      const again = isAtStart && this.#pure?.exchanges !== true ? this.#replay(given) : undefined;
      this.#use(record);
      this.#settle(args);
      return again ?? loss;
    }
    if (!atStake || gone) {
      this.#again(args, record);
      return loss;
    }
    record?.graph.dispose();
    if (this.#pure?.exchanges === true) throw changedAmongRanks(differs ?? "");
    if (before !== undefined) this.#program?.restore(before);
    this.giveUp(differs ?? "");
    return undefined;
  }

  /** Let the program begin where the world stands. @returns false where it cannot: it is another step's */
  #load(): boolean {
    const [program, record] = [this.#program, this.#record];
    if (program === undefined || record === undefined || program.gone || !program.sameSeed) return false;
    const pure = this.#svi.pureStep(record.layout.names);
    const fits = program.fits(pure);
    if (fits) program.reload(pure);
    const old = fits ? this.#pure : pure;
    if (fits) this.#pure = pure;
    old?.dispose();
    return fits;
  }

  /**
   * Take the step that was just verified once more, as a compiled one, and let the world have its results: so the
   * numbers of a run do not depend on where in it steps were verified. @returns its loss
   */
  #replay(given: readonly tf.Tensor[]): number | undefined {
    const program = this.#program;
    const loss = program?.step(given);
    if (program === undefined || loss === undefined) return undefined;
    program.show();
    program.store();
    const { losses } = this.#svi;
    losses.cut(losses.length - 1);
    losses.push(loss);
    return loss;
  }

  /** Others may have changed what is captured; if the step itself does so, that shows at the next one. */
  #settle(args: A): void {
    const changed = this.captured.difference(args);
    this.#unsettled = changed === undefined ? 0 : this.#unsettled + 1;
    if (changed !== undefined && this.#unsettled >= MOST_UNSETTLED) this.giveUp(CHANGES(changed));
  }

  /** An argument that the step itself has changed. */
  #fitsNot(args: A): string | undefined {
    return this.fits(args) ? undefined : "arguments";
  }

  /** The state to go back to, should the next verification fail. */
  mark(): void {
    this.#snapshot = this.#program?.snapshot;
    this.#losses = this.#svi.losses.length;
  }

  /** Leave the program, and begin again with this record: the model is another, or its parameters are. */
  #again(args: A, record: StepRecord | undefined): void {
    this.#drop();
    this.#stage = "recording";
    this.#record = record;
    this.#records = record === undefined ? 0 : 1;
    this.captured.look(args);
  }

  giveUp(reason: string): void {
    this.#drop();
    this.#stage = "eager";
    this.#reason = reason;
  }

  #recording(args: A, given: readonly tf.Tensor[]): number {
    if (this.#record === undefined) this.captured.look(args);
    const forms = args.map(formOf);
    const { loss, record, reason, undecided } = this.captured.listen(args, () =>
      this.#svi.recordedStep(args, given),
    );
    if (undecided === true && ++this.#records < MOST_UNDECIDED) return loss;
    const earlier = this.#record;
    if (record === undefined) {
      this.giveUp(reason ?? "it cannot be recorded");
      return loss;
    }
    this.#forms = forms;
    this.#records++;
    // One look for two records: what is as it was after both of them, was so in each, or does not matter. Unless the
    // first record has shown what there is to look at.
    const looks = earlier !== undefined || this.captured.mustLookAgain;
    const changed = this.#fitsNot(args) ?? (looks ? this.captured.difference(args) : undefined);
    if (changed !== undefined) {
      earlier?.graph.dispose();
      record.graph.dispose();
      this.#record = undefined;
      // The first ones may fill what later ones find filled.
      if (this.#records > 2) this.giveUp(CHANGES(changed));
      return loss;
    }
    const differs = earlier === undefined ? undefined : difference(earlier.graph, record.graph);
    if (earlier === undefined || differs !== undefined) {
      earlier?.graph.dispose();
      this.#record = record;
      if (differs !== undefined && this.#records >= MOST_RECORDS) this.giveUp(differs);
      return loss;
    }
    this.#use(record);
    return loss;
  }

  /** Compile a record that is like the one before, or go on with the program that was made of that. */
  #use(record: StepRecord): void {
    try {
      const pure = this.#svi.pureStep(record.layout.names);
      this.#pure?.dispose();
      this.#pure = pure;
      if (this.#program?.sameSeed !== true) {
        this.#program?.release();
        this.#program = new SviProgram(record, pure);
      } else this.#program.reload(pure);
      this.#record?.graph.dispose();
      this.#record = record;
      this.#stage = "compiled";
      this.mark();
    } catch (error) {
      record.graph.dispose();
      if (!(error instanceof Refusal)) throw error;
      this.giveUp(error.message);
    }
  }

  #drop(): void {
    if (this.#ahead) setUnwritten(undefined);
    this.#program?.release();
    this.#record?.graph.dispose();
    this.#pure?.dispose();
    this.#record = undefined;
    this.#program = undefined;
    this.#pure = undefined;
    this.#snapshot = undefined;
    this.#ahead = false;
  }
}

/** Other ranks have gone on from the steps that would be taken back here. */
function changedAmongRanks(reason: string): Error {
  return pyroError({
    what: "The model changed while several ranks were training it, and compiled steps cannot be taken back alone",
    where: "svi.run",
    got: reason,
    try: "compile: false",
  });
}
