/**
 * Whether a step is being recorded for compilation. While it is, nothing may read a tensor's values on the
 * host (validation is skipped), because a compiled step would not repeat the read.
 */
import { restoring } from "../restoring.ts";

let depth = 0;

export function isRecording(): boolean {
  return depth > 0;
}

/** Runs `f` with the flag set; nested calls are fine. */
export function withRecording<T>(f: () => T): T {
  depth++;
  const restore = () => {
    depth--;
  };
  return restoring(restore, f);
}
