/** Several steps of a program with variables: compiled beside eager ones. */
import * as tf from "@tensorflow/tfjs-core";
import { getRngState, setRngState } from "../../tensor/index.ts";
import type { Graph } from "../graph.ts";
import { Program, type ProgramOptions } from "../program.ts";
import { record } from "../record/record.ts";
import { difference } from "../verify.ts";

export interface Stepped {
  readonly variables: readonly tf.Variable[];
  readonly step: (...args: tf.Tensor[]) => tf.Tensor[];
}

type Numbers = ArrayLike<number>;

/** What a step gave: its results, then what the variables hold. */
export interface StepsOutcome {
  readonly eager: readonly (readonly Numbers[])[];
  readonly compiled: readonly (readonly Numbers[])[];
  readonly program: Program;
}

/** @param args arguments of each step, and before them those of the record */
export function severalSteps(
  { variables, step }: Stepped,
  args: readonly (readonly tf.Tensor[])[],
  options: ProgramOptions = {},
): StepsOutcome {
  const [recorded = [], ...later] = args;
  const start = variables.map((variable) => variable.dataSync().slice());
  const rng = getRngState();
  const restart = () => {
    variables.forEach((variable, i) => {
      tf.tidy(() => variable.assign(tf.tensor(start[i] as Float32Array, variable.shape)));
    });
    setRngState(rng);
  };
  const recordOnce = (): Graph => {
    const made = tf.tidy(
      () =>
        record(recorded, () => ({
          result: undefined,
          outputs: step(...recorded),
        })) as unknown as tf.TensorContainer,
    ) as unknown as { graph?: Graph; reason?: string };
    restart();
    if (made.graph === undefined) throw new Error(`refused: ${made.reason}`);
    return made.graph;
  };
  const graph = recordOnce();
  const again = recordOnce();
  const differs = difference(graph, again);
  if (differs !== undefined) throw new Error(`refused: ${differs}`);
  const program = new Program(graph, options);
  graph.dispose();
  again.dispose();

  const eager = later.map((given) => {
    let values: Numbers[] = [];
    // Not as its result: tidy looks through all that it returns, number by number.
    tf.tidy(() => {
      values = [...step(...given), ...variables].map((x) => x.dataSync().slice());
    });
    return values;
  });
  const after = getRngState();
  restart();
  for (const value of program.sources) {
    if (value.origin.kind === "state") program.cellsOf(value)?.set(value.origin.variable.dataSync());
  }
  let { counter } = rng;
  const compiled = later.map((given) => {
    for (const value of program.sources) {
      if (value.origin.kind !== "argument") continue;
      program.cellsOf(value)?.set((given[value.origin.position] as tf.Tensor).dataSync());
    }
    if (!program.step(counter)) throw new Error("the program refused the step");
    counter += program.draws;
    const states = variables.map((variable, i) => {
      const value = program.states.find(
        ({ origin }) => origin.kind === "state" && origin.variable === variable,
      );
      return value === undefined
        ? (start[i] as Numbers)
        : (program.cellsOf(value) as Numbers as Float32Array).slice();
    });
    return [...program.outputs.map((cells) => cells.slice()), ...states];
  });
  if (counter !== after.counter)
    throw new Error(`the compiled steps drew ${counter}, the eager ones ${after.counter}`);
  setRngState(rng);
  return { eager, compiled, program };
}
