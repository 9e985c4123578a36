import * as tf from "@tensorflow/tfjs-core";
import type { Value } from "../../jit/graph.ts";
import { Program } from "../../jit/program.ts";
import type { NumberStream } from "../../optim/number-stream.ts";
import type { PureStep, StepCursor } from "../../optim/pure-step.ts";
import { getRngState, setRngState } from "../../tensor/index.ts";
import type { StepRecord } from "./svi-step.ts";

type Cells = Float32Array | Int32Array;

/** Where a run of compiled steps is: enough to go back to. */
export interface Snapshot {
  readonly cursor: StepCursor;
  readonly counter: number;
  readonly cells: readonly Cells[];
}

/**
 * A compiled SVI step with its state: parameters and optimizer tensors stand in the program's memory from `load` to
 * `store`; in between the ParamStore and the optimizer know nothing of the steps that are taken.
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
  #stream: NumberStream;
  #counter = 0;
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
    const { names, slots, scalars } = layout;
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
    const checked = Array.from({ length: 1 + count }, (_, i) => i);
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
    if (!this.program.step(this.#counter)) {
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
    for (const [i, own] of this.#all().entries()) own.set(cells[i] as Cells);
    this.#stream = this.#pure.numbersFrom(cursor);
    this.#counter = counter;
    setRngState({ seed: this.#seed, counter });
    this.store();
  }

  /** Write parameters, optimizer state and random counter back: all of them or, if it fails, none. */
  store(): void {
    const { variables, slots } = this.#pure;
    tf.tidy(() => {
      const values = variables.map(({ shape }, i) => tensorOf(this.#values[i] as Cells, shape));
      const made = slots.map(({ shape }, i) => tensorOf(this.#slots[i] as Cells, shape));
      this.#pure.plan(this.#stream.cursor, { values, slots: made }).commit();
      for (const { variable, cells } of this.#others) variable.assign(tensorOf(cells, variable.shape));
    });
    setRngState({ ...getRngState(), counter: this.#counter });
    this.#written = { data: variables.map(({ dataId }) => dataId), schedules: this.#pure.schedules };
  }

  /** Whether parameters were thrown away: what happens next says nothing about the steps before. */
  get gone(): boolean {
    return this.#pure.variables.some(({ isDisposed }) => isDisposed);
  }

  /** Whether the random numbers are those of the seed that the program was made with. */
  get sameSeed(): boolean {
    const { seed } = getRngState();
    return seed[0] === this.#seed[0] && seed[1] === this.#seed[1];
  }

  /** Whether parameters, schedules or the random stream are others than were last written. */
  get touched(): boolean {
    const { data, schedules } = this.#written;
    const now = this.#pure.schedules;
    return (
      schedules.some((schedule, i) => schedule !== now[i]) ||
      !this.sameSeed ||
      getRngState().counter !== this.#counter ||
      this.#pure.variables.some(({ isDisposed, dataId }, i) => isDisposed || dataId !== data[i])
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

  #load(): void {
    const { variables, slots } = this.#pure;
    const read = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;
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
  }
}

/** A tensor of its own: the program goes on using the cells. */
function tensorOf(cells: Cells, shape: readonly number[]): tf.Tensor {
  return tf.tensor(
    cells.slice() as Float32Array,
    [...shape],
    cells instanceof Int32Array ? "int32" : "float32",
  );
}
