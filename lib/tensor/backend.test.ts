import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { backendName, backendReason, isRecording, withRecording } from "./index.ts";
import { testBackends } from "./testing/backends.ts";

const run = promisify(execFile);
const module = new URL("./index.ts", import.meta.url).href;
const script = `
  const t = await import(${JSON.stringify(module)});
  t.setSeed(1);
  console.log(JSON.stringify([t.backendName(), t.backendReason(), Array.from(t.normal([2]).dataSync())]));
`;

function start(env: Record<string, string>) {
  return run(process.execPath, ["--input-type=module", "-e", script], { env: { ...process.env, ...env } });
}

describe("the choice of the core", () => {
  test.each(testBackends)("TSPYRO_BACKEND=%s forces it, silently", async (name) => {
    const { stdout, stderr } = await start({ TSPYRO_BACKEND: name });
    const [chosen, reason] = JSON.parse(stdout) as [string, string];
    expect(chosen).toBe(name);
    expect(reason).toMatch(new RegExp(`TSPYRO_BACKEND=${name}\\.$`));
    expect(stderr).toBe("");
  });

  test("an unknown name is refused", async () => {
    await expect(start({ TSPYRO_BACKEND: "gpu" })).rejects.toThrow("TSPYRO_BACKEND names no tensor core");
  });

  test("without it the best there is runs, and says why", () => {
    expect(testBackends).toContain(backendName());
    expect(backendReason()).toMatch(/^Tensors are computed by .*\.$/);
  });
});

test("every kernel of the cpu backend that models use is there on the others", () => {
  const exempt = /^(String|Static|Ragged|Complex|Real|Imag|I?FFT)/;
  const wanted = tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName);
  for (const backend of testBackends) {
    const missing = wanted.filter((name) => !exempt.test(name) && !tf.getKernel(name, backend));
    expect(missing, backend).toEqual([]);
  }
});

test("a borrowed kernel works", async () => {
  for (const backend of testBackends) {
    await tf.setBackend(backend);
    const sums = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 0, 1], "int32"), 2);
    expect(Array.from(sums.dataSync()), backend).toEqual([2, 4]);
    const places = tf.searchSorted(tf.tensor1d([1, 3, 5]), tf.tensor1d([0, 3, 9]));
    expect(Array.from(places.dataSync()), backend).toEqual([0, 1, 3]);
  }
});

test("the recording flag nests and survives an error", () => {
  expect(isRecording()).toBe(false);
  expect(() =>
    withRecording(() => {
      withRecording(() => expect(isRecording()).toBe(true));
      expect(isRecording()).toBe(true);
      throw new Error("out");
    }),
  ).toThrow("out");
  expect(isRecording()).toBe(false);
});
