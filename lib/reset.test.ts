import { types } from "node:util";
import { runInThisContext } from "node:vm";
import { expect, it } from "vitest";
import { jit, param, params, resetRuntime, tf } from "./index.ts";
import { record } from "./jit/record/record.ts";
import { isRecording } from "./tensor/index.ts";

const world = globalThis as unknown as { cutOff?: () => unknown };
function hang(): never {
  for (;;);
}

/** Runs `f` until V8 ends it: no `finally` of it runs. */
function cutOff(f: () => unknown): void {
  world.cutOff = f;
  expect(() => runInThisContext("cutOff()", { timeout: 100 })).toThrow(/timed out/);
  delete world.cutOff;
}

const patched = () => [
  Object.keys(tf.engine()).filter((key) => /^(?:runKernel|clone|make|read)/.test(key)),
  types.isProxy(Date),
  types.isProxy(console),
  Math.random.toString().includes("[native code]"),
  isRecording(),
];

it("nothing is left of a record that V8 has ended", () => {
  const before = patched();
  let during: unknown[] = [];
  cutOff(() =>
    record([tf.scalar(1)], () => {
      during = patched();
      return hang();
    }),
  );
  expect(during).not.toEqual(before);
  expect(patched()).toEqual(during);
  resetRuntime();
  expect(patched()).toEqual(before);
  const f = jit((x: tf.Tensor) => tf.neg(x));
  for (let i = 0; i < 4; i++) expect(f(tf.scalar(i)).dataSync()[0]).toBe(-i);
  expect(f.program.compiled).toBe(true);
});

it("parameters come back from a scope that V8 has ended", () => {
  params.getParamStore().set("kept", 3);
  cutOff(() =>
    params.getParamStore().scope(() => {
      param("own", 1);
      hang();
    }),
  );
  resetRuntime();
  expect([...params.getParamStore().keys()]).toEqual(["kept"]);
});
