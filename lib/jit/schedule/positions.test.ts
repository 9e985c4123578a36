/** Positions that come from tensors: where one does not exist the step is not taken, and nothing has changed. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { Program } from "../program.ts";
import { type Recorded, record } from "../record/record.ts";

const rows: [string, (x: tf.Tensor, at: tf.Tensor) => tf.Tensor][] = [
  ["gather", (x, at) => tf.sum(tf.gather(x, at))],
  ["gather from a broadcast", (x, at) => tf.sum(tf.gather(tf.broadcastTo(tf.sum(x), [3]), at))],
  ["gatherND", (x, at) => tf.sum(tf.gatherND(x, tf.reshape(at, [1, 1])))],
  ["scatterND", (x, at) => tf.sum(tf.scatterND(tf.reshape(at, [1, 1]), tf.slice(x, 0, 1), [3]))],
  [
    "tensorScatterUpdate",
    (x, at) => tf.sum(tf.tensorScatterUpdate(x, tf.reshape(at, [1, 1]), tf.slice(x, 2, 1))),
  ],
  ["unsortedSegmentSum", (x, at) => tf.sum(tf.unsortedSegmentSum(tf.slice(x, 0, 1), at as tf.Tensor1D, 3))],
];

it.each(rows)("%s", (_, f) => {
  const [counted, changed] = [tf.variable(tf.scalar(1)), tf.variable(tf.tensor1d([1, 2, 3]))];
  const at = tf.tensor1d([0], "int32");
  const recorded = tf.tidy(
    () =>
      record([at], () => {
        const found = f(changed, at);
        counted.assign(tf.add(counted, 1));
        changed.assign(tf.add(changed, found));
        return { result: undefined, outputs: [] };
      }) as never,
  ) as Recorded<undefined>;
  if (recorded.graph === undefined) throw new Error(recorded.reason);
  const program = new Program(recorded.graph);
  recorded.graph.dispose();
  const states = { counted: [1], changed: [1, 2, 3] };
  const step = (position: number) => {
    for (const value of program.sources) {
      const { origin } = value;
      const start =
        origin.kind !== "state" ? [position] : origin.variable === counted ? states.counted : states.changed;
      program.cellsOf(value)?.set(start);
    }
    const taken = program.step(0);
    return [taken, ...program.states.map((value) => Array.from(program.cellsOf(value) ?? []))];
  };
  for (const position of [3, -1, 1_000_000_000]) expect(step(position)).toEqual([false, [1], [1, 2, 3]]);
  const [taken, count, values] = step(1);
  expect([taken, count]).toEqual([true, [2]]);
  expect(values).not.toEqual([1, 2, 3]);
  tf.dispose([counted, changed, at]);
});
