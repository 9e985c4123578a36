/** What a step reads and what it writes. */
import { accessesOf } from "./collapse.ts";
import type { Buffer, Step } from "./steps.ts";

export function buffersOf(step: Step): { reads: Buffer[]; writes: Buffer[] } {
  switch (step.kind) {
    case "loop": {
      const of = (load: boolean) =>
        step.body.flatMap((s) =>
          (s.kind === "load") === load ? accessesOf(s).map(({ buffer }) => buffer) : [],
        );
      return { reads: of(true), writes: of(false) };
    }
    case "matmul":
      return { reads: [step.left.buffer, step.right.buffer], writes: [step.out] };
    case "draw":
      return { reads: [...step.inputs], writes: [step.out] };
    case "host":
      return { reads: [...step.inputs], writes: [...step.outputs] };
    case "check":
      return { reads: [...step.buffers], writes: [] };
    case "copy":
      return { reads: [step.from], writes: [step.to] };
    default:
      return step satisfies never;
  }
}
