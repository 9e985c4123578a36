import { expect, test } from "vitest";
import { getParamStore, param } from "../index.ts";
import { startCell } from "./cell.ts";

function invalidation(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const value = (name: string) => getParamStore().get(name)?.dataSync()[0];

test("what a cell made is dropped when its invalidation resolves, what others made stays", async () => {
  const [first, second] = [invalidation(), invalidation()];
  startCell("model", first.promise);
  param("a", 1);
  startCell("train", second.promise);
  param("b", 2);
  second.resolve();
  await second.promise;
  expect([...getParamStore().keys()]).toEqual(["a"]);
  startCell("train", invalidation().promise);
  param("b", 3);
  expect(value("b")).toBe(3);
});

test("a cell that keeps its parameters goes on from them", async () => {
  const first = invalidation();
  startCell("kept", first.promise, { keep: true });
  param("c", 4);
  first.resolve();
  await first.promise;
  startCell("kept", invalidation().promise, { keep: true });
  param("c", 4);
  expect(value("c")).toBe(4);
});
