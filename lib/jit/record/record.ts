/**
 * Recording: a step runs for real, on the backend that is chosen, while the kernels that it calls are written down with their
 * attributes and with where each input comes from: an argument, a variable, a number of the host, another kernel. What
 * comes out is a `Graph`; a step that asks something no graph can hold (the clock, a host read) comes out as a reason.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { withRecording } from "../../tensor/index.ts";
import type { Graph } from "../graph.ts";
import { Refusal } from "../refusal.ts";
import { Recorder } from "./recorder.ts";

/** What a recorded step gave: its own result, and the graph, or why there is none. */
export type Recorded<T> =
  | { readonly result: T; readonly graph: Graph }
  | { readonly result: T; readonly graph: undefined; readonly reason: string };

/**
 * Run a step and write down what it computes. The step is a real one: it runs on the backend that is chosen, and
 * what it throws is thrown on.
 * @param f returns the step's result and the tensors that the program is to return
 */
export function record<T>(
  args: readonly tf.Tensor[],
  f: () => { result: T; outputs: readonly tf.Tensor[] },
): Recorded<T> {
  const recorder = new Recorder(args);
  let kept = false;
  try {
    const { result, outputs } = withRecording(() => recorder.listen(f));
    try {
      const graph = recorder.graph(outputs);
      kept = true;
      return { result, graph };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { result, graph: undefined, reason: error.message };
    }
  } finally {
    if (!kept) recorder.dispose();
  }
}
