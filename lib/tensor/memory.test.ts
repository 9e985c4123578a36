import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import { nodeCollector } from "./collector.ts";
import { collectGarbage, configureMemory, nativeBytes } from "./memory.ts";
import { numbers, testBackends } from "./testing/backends.ts";

const watched = testBackends.filter((name) => name !== "cpu");
const before = tf.getBackend();
const MB = 2 ** 20;

afterEach(async () => {
  configureMemory({ collector: nodeCollector(), turnBytes: String(1536 * MB) });
  await tf.setBackend(before);
});

/** A function of its own, so that nothing of the frame that drops the tensors holds the last of them. */
function drop(count: number, kilobytes: number): void {
  for (let i = 0; i < count; i++) tf.fill([kilobytes * 256], i);
}

describe.each(watched)("memory on %s", (backend) => {
  test("dropped tensors are freed and no longer counted, without a turn of the event loop", async () => {
    await tf.setBackend(backend);
    collectGarbage();
    const bytes = nativeBytes();
    const counts = tf.memory();
    drop(20, 1024);
    expect(nativeBytes() - bytes).toBeGreaterThan(20 * MB);
    collectGarbage();
    expect(nativeBytes() - bytes).toBeLessThan(2 * MB);
    const after = tf.memory();
    expect(after.numTensors - counts.numTensors).toBeLessThan(2);
    expect(after.numBytes - counts.numBytes).toBeLessThan(2 * MB);
    expect(after.numDataBuffers - counts.numDataBuffers).toBeLessThan(2);
  });

  test.each<[string, () => void]>([
    ["ours", collectGarbage],
    ["JavaScript's own", () => nodeCollector()?.gc()],
  ])("small ones are freed after a collection, %s, and a turn", async (_, collect) => {
    await tf.setBackend(backend);
    collectGarbage();
    await new Promise(setImmediate);
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 1000; i++) tf.scalar(i);
    expect(tf.memory().numTensors - tensors).toBe(1000);
    for (let i = 0; i < 5 && tf.memory().numTensors - tensors > 5; i++) {
      collect();
      await new Promise(setImmediate);
    }
    expect(tf.memory().numTensors - tensors).toBeLessThanOrEqual(5);
  });

  test("what is still referred to survives, clones and variables too", async () => {
    await tf.setBackend(backend);
    const kept = tf.fill([1000], 3);
    const shared = tf.reshape(kept, [10, 100]);
    const onlyClone = tf.clone(tf.fill([1000], 5));
    const variable = tf.variable(tf.fill([1000], 7));
    variable.assign(tf.fill([1000], 8));
    drop(20, 1024);
    collectGarbage();
    await new Promise(setImmediate);
    collectGarbage();
    kept.dispose();
    expect(numbers(tf.sum(shared))).toEqual([3000]);
    expect(numbers(tf.sum(onlyClone))).toEqual([5000]);
    expect(numbers(tf.sum(variable))).toEqual([8000]);
    variable.dispose();
  });

  test("a tensor that was disposed is not freed again", async () => {
    await tf.setBackend(backend);
    collectGarbage();
    await new Promise(setImmediate);
    const bytes = nativeBytes();
    const { numTensors } = tf.memory();
    tf.tidy(() => void tf.exp(tf.fill([256 * 1024], 1)));
    tf.fill([256 * 1024], 1).dispose();
    expect(nativeBytes()).toBe(bytes);
    collectGarbage();
    await new Promise(setImmediate);
    expect(nativeBytes()).toBeLessThanOrEqual(bytes);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(numTensors);
    // The slot of a freed tensor may be another's by now: that one must be whole.
    const fresh = Array.from({ length: 20 }, (_, i) => tf.fill([1000], i));
    collectGarbage();
    await new Promise(setImmediate);
    expect(fresh.map((t) => numbers(tf.sum(t))[0])).toEqual(fresh.map((_, i) => 1000 * i));
  });

  test("a loop that keeps everything ends in an error that says so, and its tensors can be freed", async () => {
    await tf.setBackend(backend);
    collectGarbage();
    await new Promise(setImmediate);
    const bytes = nativeBytes();
    configureMemory({ collector: nodeCollector(), turnBytes: String(nativeBytes() + 40 * MB) });
    const hoard = () => {
      const kept: tf.Tensor[] = [];
      for (let i = 0; i < 100; i++) kept.push(tf.fill([256 * 1024], i));
    };
    expect(hoard).toThrow(/Tensors of 0\.0\d GB were made without a pause[\s\S]*tf\.tidy/);
    collectGarbage();
    expect(nativeBytes() - bytes).toBeLessThan(3 * MB);
  });

  test("without a collector the finalizers alone free what was dropped", async () => {
    await tf.setBackend(backend);
    configureMemory({});
    const bytes = nativeBytes();
    drop(20, 1024);
    const { gc } = nodeCollector();
    for (let i = 0; i < 5 && nativeBytes() - bytes > 2 * MB; i++) {
      gc();
      await new Promise(setImmediate);
    }
    expect(nativeBytes() - bytes).toBeLessThan(2 * MB);
  });
});

test("a loop that keeps everything on the cpu backend meets the same error, one that drops does not", async () => {
  await tf.setBackend("cpu");
  collectGarbage();
  configureMemory({ collector: nodeCollector(), turnBytes: String(nativeBytes() + 40 * MB) });
  drop(100, 1024);
  const kept: tf.Tensor[] = [];
  expect(() => {
    for (let i = 0; i < 100; i++) kept.push(tf.fill([256 * 1024], i));
  }).toThrow("made without a pause");
  expect(kept.length).toBeGreaterThan(20);
});

test("TSPYRO_TURN_BYTES must be a number", () => {
  expect(() => configureMemory({ turnBytes: "lots" })).toThrow("TSPYRO_TURN_BYTES");
});
