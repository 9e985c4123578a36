import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each<[string, string[], string | undefined]>([
  ["modle", ["module", "model"], "module"],
  ["modle", ["model", "module"], "model"],
  ["lerningRate", ["learningRate", "beta1"], "learningRate"],
  ["Beta", ["beta"], "beta"],
  ["beta", ["Beta", "beta"], "beta"],
  ["x", ["y"], undefined],
  ["x", ["X"], "X"],
  ["steps", ["loss", "rate"], undefined],
  ["", ["a"], undefined],
])("%j among %j", (name, known, meant) => {
  expect(nearest(name, known)).toBe(meant);
});

test("of two that are equally near the first is meant", () => {
  expect(nearest("dta", ["data", "dt"])).toBe("data");
  expect(nearest("dta", ["dt", "data"])).toBe("dt");
});

test("heeds how much may be wrong", () => {
  expect(nearest("flips", ["clips2"])).toBe("clips2");
  expect(nearest("flips", ["clips2"], 0.34)).toBeUndefined();
});
