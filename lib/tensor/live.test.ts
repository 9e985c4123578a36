/** Tensors that show memory: who looks at them, computes with them or keeps a copy. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { LiveTensors, setUnwritten } from "./index.ts";

const values = (x: tf.Tensor) => Array.from(x.dataSync());
afterEach(() => setUnwritten(undefined));

describe("a variable that shows memory", () => {
  function shown() {
    const cells = new Float32Array([1, 2, 3, 4]);
    const live = new LiveTensors();
    const variable = tf.tidy(() => tf.variable(tf.zeros([2, 2])));
    live.show(variable, cells);
    return { cells, live, variable };
  }

  it("follows what is written there, and reads are copies", async () => {
    const { cells, live, variable } = shown();
    const read = variable.dataSync();
    const later = variable.data();
    cells[0] = 9;
    expect(Array.from(read)).toEqual([1, 2, 3, 4]);
    expect(Array.from(await later)).toEqual([1, 2, 3, 4]);
    read[1] = 100;
    expect(values(variable)).toEqual([9, 2, 3, 4]);
    expect(live.shows(variable)).toBe(true);
    variable.dispose();
  });

  const lookers: Record<string, (x: tf.Variable) => tf.Tensor> = {
    "a clone": (x) => tf.clone(x),
    "another shape": (x) => tf.reshape(x, [4]),
    "a kernel's result": (x) => tf.add(x, 0),
    "a slice": (x) => tf.slice(x, [0, 0], [2, 2]),
    "another variable": (x) => tf.variable(x),
  };
  it.each(Object.entries(lookers))("%s has values of its own, and so has the variable then", (_, look) => {
    const { cells, live, variable } = shown();
    const copy = look(variable);
    cells.fill(0);
    expect(values(copy)).toEqual([1, 2, 3, 4]);
    expect(live.shows(variable)).toBe(false);
    live.show(variable, cells);
    expect([values(variable), values(copy)]).toEqual([
      [0, 0, 0, 0],
      [1, 2, 3, 4],
    ]);
    tf.dispose([copy, variable]);
  });

  it("can be assigned, disposed and released, and leaves nothing", () => {
    const before = tf.memory();
    const { cells, live, variable } = shown();
    tf.tidy(() => variable.assign(tf.ones([2, 2])));
    expect(cells[3]).toBe(4);
    live.show(variable, cells);
    live.release();
    cells.fill(0);
    expect(values(variable)).toEqual([1, 2, 3, 4]);
    live.show(variable, cells);
    variable.dispose();
    live.release();
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    expect({ numTensors, numDataBuffers, numBytes }).toEqual({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
      numBytes: before.numBytes,
    });
  });

  it("is kept out of tidy's hands", () => {
    const live = new LiveTensors();
    const [cells, variable] = [new Int32Array([7]), tf.variable(tf.scalar(0, "int32"))];
    const made = tf.tidy(() => {
      live.show(variable, cells);
      return { made: live.tensor(cells, []) };
    });
    expect([values(variable), values(made.made), made.made.dtype]).toEqual([[7], [7], "int32"]);
    tf.dispose([variable, made.made]);
  });
});

it("what is unwritten is written before a look", () => {
  const cells = new Float32Array([1]);
  const tensor = new LiveTensors().tensor(cells, [1]);
  setUnwritten(() => {
    setUnwritten(undefined);
    cells[0] = 2;
  });
  expect(values(tensor)).toEqual([2]);
  tensor.dispose();
});
