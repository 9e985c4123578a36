import type * as tf from "@tensorflow/tfjs-core";
import type { Value } from "../../jit/graph.ts";
import { Program } from "../../jit/program.ts";
import type { NumberStream } from "../../optim/number-stream.ts";
import type { PureStep, StepCursor } from "../../optim/pure-step.ts";
import { getRngState, LiveTensors, setRngState } from "../../tensor/index.ts";
import type { StepRecord } from "./svi-step.ts";

type Cells = Float32Array | Int32Array;

/** Where a run of compiled steps is: enough to go back to. */
export interface Snapshot {
  readonly cursor: StepCursor;
  readonly counter: number;
  readonly cells: readonly Cells[];
}

/**
 * A compiled SVI step with its state: parameters and optimizer tensors stand in the program's memory. From `show` on
 * variables show what stands there, and from `store` on the optimizer's tensors do, so that only what somebody looks at
 * is copied. What is not in memory (step counts, the random counter) the world learns by `store`.
 */
export class SviProgram {
  readonly program: Program;
  #pure: PureStep;
  readonly #loss: Cells;
  readonly #values: readonly Cells[];
  readonly #slots: readonly Cells[];
  readonly #numbers: readonly (Cells | undefined)[];
  readonly #given: readonly (Cells | undefined)[];
  /** Whose values stand there. */
  readonly #last: (tf.Tensor | undefined)[] = [];
  /** Variables that are no parameters: decaying averages of baselines. */
  readonly #others: readonly { readonly variable: tf.Variable; readonly cells: Cells }[];
  readonly #live = new LiveTensors();
  /** What the steps change besides the optimizer's tensors. */
  readonly #shown: readonly { readonly variable: tf.Variable; readonly cells: Cells }[];
  /** The optimizer's tensors, where they show memory. */
  #shownSlots: tf.Tensor[] = [];
  #stream: NumberStream;
  #counter = 0;
  /** Whether a step was begun and has not ended. */
  #stepping = false;
  readonly #seed = getRngState().seed;
  #written: { readonly data: readonly object[]; readonly schedules: readonly unknown[] } = {
    data: [],
    schedules: [],
  };
  readonly #write = (position: number, value: number): void => {
    const cells = this.#numbers[position];
    if (cells !== undefined) cells[0] = value;
  };

  constructor({ graph, layout }: StepRecord, pure: PureStep) {
    const { names, slots, scalars, exchanged } = layout;
    const argument = (position: number): Value | undefined =>
      graph.sources.find(({ origin }) => origin.kind === "argument" && origin.position === position);
    const count = names.length;
    const source = (i: number): Value | undefined =>
      i < count
        ? graph.sources.find(({ origin }) => origin.kind === "state" && origin.variable === pure.variables[i])
        : argument(i - count);
    const updates = Array.from({ length: count + slots }, (_, i) => {
      const [from, use] = [source(i), graph.outputs[1 + count + i]];
      return from === undefined || use === undefined ? undefined : { source: from, use };
    });
    // All ranks are to come to the same verdict: what they have exchanged tells of their losses too.
    const checked = Array.from({ length: 1 + count }, (_, i) => i).slice(exchanged ? 1 : 0);
    this.program = new Program(graph, {
      results: [0],
      checked,
      updates: updates.filter((update) => update !== undefined),
    });
    const cells = (value: Value | undefined) =>
      value === undefined ? undefined : this.program.cellsOf(value);
    const must = (i: number): Cells => {
      const found = cells(source(i));
      if (found === undefined) throw new Error("a parameter has no place in the compiled step");
      return found;
    };
    this.#pure = pure;
    this.#stream = pure.numbersFrom(pure.start);
    this.#loss = this.program.outputs[0] as Cells;
    this.#values = names.map((_, i) => must(i));
    this.#slots = Array.from({ length: slots }, (_, i) => must(count + i));
    this.#numbers = Array.from({ length: scalars }, (_, i) => cells(argument(slots + i)));
    const rest = graph.sources.filter(({ origin }) => origin.kind === "argument").length;
    this.#given = Array.from({ length: Math.max(0, rest) }, (_, i) => cells(argument(slots + scalars + i)));
    this.#others = this.program.states.flatMap((value) => {
      const { origin } = value;
      if (origin.kind !== "state" || pure.variables.includes(origin.variable)) return [];
      const own = cells(value);
      return own === undefined ? [] : [{ variable: origin.variable, cells: own }];
    });
    const parameters = pure.variables.map((variable, i) => ({ variable, cells: must(i) }));
    this.#shown = [...parameters, ...this.#others];
    this.#load();
  }

  /** Take a step. `given`: the tensors among the arguments. @returns its loss, or undefined where it was not taken */
  step(given: readonly tf.Tensor[]): number | undefined {
    this.#stream.advance(this.#write);
    for (let i = 0; i < given.length; i++) {
      const tensor = given[i] as tf.Tensor;
      if (this.#last[i] === tensor) continue;
      this.#given[i]?.set(tensor.dataSync() as Float32Array);
      this.#last[i] = tensor;
    }
    this.#stepping = true;
    const taken = this.program.step(this.#counter);
    this.#stepping = false;
    if (!taken) {
      this.#stream.back();
      return undefined;
    }
    this.#counter += this.program.draws;
    return this.#loss[0];
  }

  get snapshot(): Snapshot {
    return {
      cursor: this.#stream.cursor,
      counter: this.#counter,
      cells: this.#all().map((cells) => cells.slice()),
    };
  }

  /** Go back, and write that back to the world. */
  restore({ cursor, counter, cells }: Snapshot): void {
    this.#all().forEach((own, i) => {
      own.set(cells[i] as Cells);
    });
    this.program.mended();
    this.#stepping = false;
    this.#stream = this.#pure.numbersFrom(cursor);
    this.#counter = counter;
    setRngState({ seed: this.#seed, counter });
    this.show();
    this.store();
  }

  /** Let parameters show what stands in memory: their values of now, and of the steps to come. */
  show(): void {
    this.#shown.forEach(({ variable, cells }) => {
      if (!variable.isDisposed && !this.#live.shows(variable)) this.#live.show(variable, cells);
    });
    this.#remember();
  }

  /**
   * Write optimizer state and random counter back, while parameters show memory.
   * @returns false, and nothing is written, after a step that was cut off while it wrote: `restore` helps
   */
  store(): boolean {
    if (this.#stepping) {
      if (this.program.torn) return false;
      this.#stepping = false;
      this.#stream.back();
    }
    this.#shownSlots = this.#pure.slots.map(({ shape }, i) => {
      const shown = this.#shownSlots[i];
      if (shown !== undefined && !shown.isDisposed && this.#live.shows(shown)) return shown;
      return this.#live.tensor(this.#slots[i] as Cells, shape);
    });
    this.#pure.writeState(this.#stream.cursor, this.#shownSlots);
    setRngState({ ...getRngState(), counter: this.#counter });
    this.#written = { ...this.#written, schedules: this.#pure.schedules };
    return true;
  }

  /** Draw on from where the random stream is: others may have drawn since `store`. */
  follow(): void {
    this.#counter = getRngState().counter;
  }

  /** Give whatever shows memory values of its own. */
  release(): void {
    this.#live.release();
  }

  /** Whether somebody has given parameters other values than stand in memory. */
  get assigned(): boolean {
    const { data } = this.#written;
    return this.#shown.some(({ variable }, i) => variable.isDisposed || variable.dataId !== data[i]);
  }

  /** Whether parameters were thrown away: what happens next says nothing about the steps before. */
  get gone(): boolean {
    return this.#pure.gone;
  }

  /** Whether the random numbers are those of the seed that the program was made with. */
  get sameSeed(): boolean {
    const { seed } = getRngState();
    return seed[0] === this.#seed[0] && seed[1] === this.#seed[1];
  }

  /** Whether parameters, schedules or the random stream are others than were last written. */
  get touched(): boolean {
    const { schedules } = this.#written;
    const now = this.#pure.schedules;
    return (
      schedules.some((schedule, i) => schedule !== now[i]) ||
      !this.sameSeed ||
      getRngState().counter !== this.#counter ||
      this.assigned
    );
  }

  /** Whether an optimizer's step is one over the same variables and tensors of the same size. */
  fits({ variables, slots, scalarNames }: PureStep): boolean {
    return (
      scalarNames.length === this.#numbers.length &&
      slots.length === this.#slots.length &&
      slots.every(({ size }, i) => size === this.#slots[i]?.length) &&
      variables.length === this.#values.length &&
      variables.every((variable, i) => variable === this.#shown[i]?.variable)
    );
  }

  /** Take parameters and optimizer state from the world again. The variables are those of before. */
  reload(pure: PureStep): void {
    this.#pure = pure;
    this.#stream = pure.numbersFrom(pure.start);
    this.#load();
  }

  #all(): Cells[] {
    return [...this.#values, ...this.#slots, ...this.#others.map(({ cells }) => cells)];
  }

  #remember(): void {
    const data = this.#shown.map(({ variable }) => variable.dataId);
    this.#written = { data, schedules: this.#pure.schedules };
  }

  #load(): void {
    const { variables, slots } = this.#pure;
    const read = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;
    // What still shows memory keeps its values when others are put there.
    this.#live.release();
    variables.forEach((variable, i) => {
      this.#values[i]?.set(read(variable));
    });
    slots.forEach((slot, i) => {
      this.#slots[i]?.set(read(slot));
    });
    for (const { variable, cells } of this.#others) cells.set(read(variable));
    // Variables that are read but not changed.
    for (const value of this.program.sources) {
      if (value.origin.kind === "state") this.program.cellsOf(value)?.set(read(value.origin.variable));
    }
    this.#counter = getRngState().counter;
    this.#stepping = false;
    this.#remember();
  }
}
