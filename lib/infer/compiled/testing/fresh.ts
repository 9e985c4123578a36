import { afterEach, beforeEach } from "vitest";
import { setNoticeHook } from "../../../notice.ts";
import { clearParamStore } from "../../../primitives.ts";
import { setSeed } from "../../../tensor/index.ts";

/** No progress is shown. */
export const quiet = { progress: false } as const;

/**
 * Each test of the file begins with an empty store and the same seed.
 * @returns the notices of the test that runs
 */
export function freshRuns(): readonly string[] {
  const notices: string[] = [];
  let restore: (() => void) | undefined;
  beforeEach(() => {
    clearParamStore();
    setSeed(1);
    notices.length = 0;
    restore = setNoticeHook((text) => {
      notices.push(text);
    });
  });
  afterEach(() => restore?.());
  return notices;
}
