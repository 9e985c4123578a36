import { expect, it } from "vitest";
import { gigabytes, memoryLimit } from "./limit.ts";
import { thisMachine, usedMemory } from "./machine.ts";

it.each([
  [undefined, 7.5e9],
  ["", 7.5e9],
  ["8GB", 8e9],
  ["8g", 8e9],
  ["1.5 GiB", 1.5 * 2 ** 30],
  ["900MB", 9e8],
  ["8e9", 8e9],
  ["50%", 5e9],
  ["off", Number.POSITIVE_INFINITY],
])("TSPYRO_MEMORY_LIMIT=%s on a machine of 10 GB is %d bytes", (setting, bytes) => {
  expect(memoryLimit(setting, 10e9)).toEqual({ bytes });
});

it.each(["much", "-3GB", "0", "5 apples", "1..2GB"])(
  "complains about %s and keeps the usual one",
  (setting) => {
    const { bytes, complaint } = memoryLimit(setting, 10e9);
    expect(bytes).toBe(7.5e9);
    expect(complaint).toContain(JSON.stringify(setting));
  },
);

it("knows this machine", () => {
  const { total, free } = thisMachine();
  expect(total).toBeGreaterThan(1e8);
  expect(free() ?? 1).toBeGreaterThan(0);
  expect(free() ?? 0).toBeLessThanOrEqual(total);
  expect(usedMemory()).toBeGreaterThan(1e7);
  expect(usedMemory()).toBeLessThan(total);
});

it("says amounts as people do", () => {
  expect([9e8, 18.94e9].map(gigabytes)).toEqual(["900 MB", "18.9 GB"]);
});
