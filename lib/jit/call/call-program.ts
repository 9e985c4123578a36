import * as tf from "@tensorflow/tfjs-core";
import { getRngState, setRngState } from "../../tensor/index.ts";
import type { Graph } from "../graph.ts";
import { Program } from "../program.ts";
import type { Cells } from "../schedule/steps.ts";

interface State {
  readonly variable: tf.Variable;
  readonly cells: Cells;
  readonly changes: boolean;
  /** The variable's data when the cells were last known to hold it. */
  data: object | undefined;
}

interface Output {
  readonly cells: Cells;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/**
 * A compiled function between calls: each call puts arguments and state into the program's memory, takes the step, and
 * writes state and results out as tensors. What stands in memory already is not copied again.
 */
export class CallProgram {
  readonly program: Program;
  readonly #arguments: readonly (Cells | undefined)[];
  /** The tensor that each argument's cells hold, by its number: tensors do not change. */
  readonly #held: (number | undefined)[];
  readonly #states: readonly State[];
  readonly #outputs: readonly Output[];
  readonly #seed: readonly [number, number];

  constructor(graph: Graph, count: number) {
    this.program = new Program(graph);
    const { program } = this;
    this.#seed = getRngState().seed;
    const cells: (Cells | undefined)[] = new Array(count).fill(undefined);
    const states = new Map<tf.Variable, State>();
    const changing = new Set(program.states);
    for (const value of new Set([...program.sources, ...program.states])) {
      const { origin } = value;
      const own = program.cellsOf(value);
      if (own === undefined) continue;
      if (origin.kind === "argument") cells[origin.position] = own;
      if (origin.kind !== "state") continue;
      const { variable } = origin;
      states.set(variable, { variable, cells: own, changes: changing.has(value), data: undefined });
    }
    this.#arguments = cells;
    this.#held = new Array(count).fill(undefined);
    this.#states = [...states.values()];
    this.#outputs = graph.outputs.map(({ shape, dtype }, i) => ({
      cells: program.outputs[i] as Cells,
      shape: [...shape],
      dtype,
    }));
  }

  /** Whether it can be run: its variables are there, and random numbers come from the stream that it was made for. */
  get isCurrent(): boolean {
    const { seed } = getRngState();
    return (
      (this.program.draws === 0 || (seed[0] === this.#seed[0] && seed[1] === this.#seed[1])) &&
      this.#states.every(({ variable }) => !variable.isDisposed)
    );
  }

  /** @returns the results, or undefined where the step was not taken and nothing has changed */
  run(tensors: readonly tf.Tensor[]): tf.Tensor[] | undefined {
    const held = this.#held;
    for (let i = 0; i < tensors.length; i++) {
      const cells = this.#arguments[i];
      const tensor = tensors[i] as tf.Tensor;
      if (cells === undefined || held[i] === tensor.id) continue;
      held[i] = undefined;
      cells.set(tensor.dataSync() as Float32Array);
      held[i] = tensor.id;
    }
    for (const state of this.#states) {
      const { variable } = state;
      if (state.data === variable.dataId) continue;
      state.data = undefined;
      state.cells.set(variable.dataSync() as Float32Array);
      state.data = variable.dataId;
    }
    const rng = getRngState();
    // Until the variables have them too, the new values are nobody's: a step may be cut off, or end half-way.
    for (const state of this.#states) if (state.changes) state.data = undefined;
    if (!this.program.step(rng.counter)) return undefined;
    const results = this.#outputs.map(({ cells, shape, dtype }) => tensorOf(cells, shape, dtype));
    for (const state of this.#states) {
      if (!state.changes) continue;
      const { variable, cells } = state;
      const next = tensorOf(cells, variable.shape, variable.dtype);
      variable.assign(next);
      next.dispose();
      state.data = variable.dataId;
    }
    if (this.program.draws > 0) setRngState({ ...rng, counter: rng.counter + this.program.draws });
    return results;
  }
}

/** A tensor of its own: the program goes on using the cells. */
function tensorOf(cells: Cells, shape: number[], dtype: tf.DataType): tf.Tensor {
  const values = dtype === "bool" ? Uint8Array.from(cells) : cells.slice();
  return tf.engine().makeTensor(values as tf.TypedArray as tf.DataValues, shape, dtype);
}
