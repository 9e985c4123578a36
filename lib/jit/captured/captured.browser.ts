/** Pages have no inspector: nobody can look, and a function's text has to do. */
import { textOf } from "../call/names.ts";
import { mentionsIds, suspectIds } from "../record/tensor-ids.ts";
import type { Captured } from "./captured.ts";

export { writesOutside } from "./written.ts";

export function capturedBy(): Captured | undefined {
  return undefined;
}

export function listening<T>(functions: readonly unknown[], _captured: Captured | undefined, f: () => T): T {
  return suspectIds(
    functions.some((one) => typeof one === "function" && mentionsIds(textOf(one))),
    f,
  );
}

export function changedCapture(): string | undefined {
  return undefined;
}

export function isReachedBy(): boolean {
  return true;
}

export function assignsOneOf(): boolean {
  return false;
}
