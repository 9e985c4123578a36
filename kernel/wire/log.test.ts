import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLog } from "./log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("writes ten lines a second and counts the others", () => {
  const written: string[] = [];
  const log = createLog((text) => written.push(text));
  for (let i = 0; i < 1000; i++) log(`line ${i}`);
  expect(written).toHaveLength(10);
  vi.advanceTimersByTime(1000);
  expect(written.slice(10)).toEqual(["... and 990 more lines like these."]);
  log("later");
  vi.advanceTimersByTime(1000);
  expect(written.slice(11)).toEqual(["later"]);
});
