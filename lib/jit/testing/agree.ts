import * as tf from "@tensorflow/tfjs-core";
import { getRngState, setRngState } from "../../tensor/index.ts";
import { Program, type ProgramOptions } from "../program.ts";
import { record } from "../record/record.ts";
import { difference } from "../verify.ts";

export interface Case {
  readonly args: readonly tf.Tensor[];
  readonly f: (...args: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

export interface Outcome {
  readonly eager: ArrayLike<number>[];
  readonly compiled: ArrayLike<number>[];
  readonly program: Program;
  /** Kernels that were recorded, those that are computed once and for all left out. */
  readonly kernels: ReadonlySet<string>;
}

/** Compute eagerly and compiled, with the same random numbers. The arguments of the record are others (`elsewhere`). */
export function bothWays(
  { args, f }: Case,
  elsewhere: readonly tf.Tensor[] = args,
  options: ProgramOptions = {},
): Outcome {
  const run = () => {
    const result = f(...args);
    return Array.isArray(result) ? result : [result];
  };
  const rng = getRngState();
  const eager = tf.tidy(() => run().map((tensor) => tensor.dataSync().slice()));
  const recordAgain = () => {
    tf.engine().startScope();
    try {
      return record(elsewhere, () => {
        const result = f(...elsewhere);
        return { result: undefined, outputs: Array.isArray(result) ? result : [result] };
      });
    } finally {
      tf.engine().endScope();
    }
  };
  const [one, two] = [recordAgain(), recordAgain()];
  if (one.graph === undefined) throw new Error(`refused: ${one.reason}`);
  if (two.graph === undefined) throw new Error(`refused: ${two.reason}`);
  const differs = difference(one.graph, two.graph);
  if (differs !== undefined) throw new Error(`refused: ${differs}`);
  const program = new Program(one.graph, options);
  for (const value of program.sources) {
    if (value.origin.kind === "argument") {
      program.cellsOf(value)?.set((args[value.origin.position] as tf.Tensor).dataSync() as Float32Array);
    }
    if (value.origin.kind === "state")
      program.cellsOf(value)?.set(value.origin.variable.dataSync() as Float32Array);
  }
  if (!program.step(rng.counter)) throw new Error("the program refused the step");
  const kernels = new Set(
    one.graph.calls.filter(({ results }) => results === undefined).map(({ kernel }) => kernel),
  );
  one.graph.dispose();
  two.graph.dispose();
  setRngState(rng);
  return { eager, compiled: program.outputs.map((cells) => cells.slice()), program, kernels };
}

/** Largest difference relative to the scale of the result, where both are finite; Infinity where one is not. */
export function distance(eager: ArrayLike<number>, compiled: ArrayLike<number>): number {
  if (eager.length !== compiled.length) return Number.POSITIVE_INFINITY;
  let scale = 1e-30;
  for (let i = 0; i < eager.length; i++) {
    const x = Math.abs(eager[i] as number);
    if (Number.isFinite(x)) scale = Math.max(scale, x);
  }
  let worst = 0;
  for (let i = 0; i < eager.length; i++) {
    const [a, b] = [eager[i] as number, compiled[i] as number];
    if (Object.is(a, b) || a === b) continue;
    const apart = Math.abs(a - b) / Math.max(Math.abs(a), 1e-3 * scale, 1e-30);
    worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart);
  }
  return worst;
}
