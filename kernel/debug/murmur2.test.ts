import { expect, it } from "vitest";
import { murmur2 } from "./murmur2.ts";

// What JupyterLab computes for the same text and seed.
it.each([
  ["", 0xc70f6907, 3990065800],
  ["hello", 1, 2788266382],
  ["const x = 1;\nx + 1", 0xc70f6907, 2374132807],
  ["größe €", 0xc70f6907, 1104741118],
])("is the hash of %j", (text, seed, hash) => {
  expect(murmur2(text, seed)).toBe(hash);
});
