import { expect, it } from "vitest";
import { clearParamStore, getParamStore } from "./index.ts";

it("there is one store, on which nothing can be put that a compiled step would not see", () => {
  const store = getParamStore();
  expect(() => Object.assign(store, { calls: 0 })).toThrow(/not extensible/);
  store.set("a", 1);
  clearParamStore();
  expect(getParamStore()).toBe(store);
  expect([...store.keys()]).toEqual([]);
});
