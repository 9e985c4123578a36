/**
 * Whether a step is being recorded for compilation. While it is, nothing may read a tensor's values on the
 * host (validation is skipped), because a compiled step would not repeat the read.
 */
import type * as tf from "@tensorflow/tfjs-core";

/** What the compiler offers to the code that it listens to. */
export interface StepRecorder {
  /** A number that the host computes anew for each step, as a scalar that the compiled step is given. */
  number(value: number): tf.Scalar;
}

let depth = 0;
let recorder: StepRecorder | undefined;

export function isRecording(): boolean {
  return depth > 0;
}

/** Runs `f` with the flag set; nested calls are fine. */
export function withRecording<T>(f: () => T): T {
  depth++;
  try {
    return f();
  } finally {
    depth--;
  }
}

/** The same with the recorder that listens. */
export function withRecorder<T>(listener: StepRecorder, f: () => T): T {
  const outer = recorder;
  recorder = listener;
  try {
    return withRecording(f);
  } finally {
    recorder = outer;
  }
}

/** A number of this step that will be another one in the next: as it is, or as an input of the compiled step. */
export function stepNumber(value: number): number | tf.Scalar {
  return recorder === undefined ? value : recorder.number(value);
}

/** Clears the flag after a run that was cut off so hard that its `finally` did not run. */
export function resetRecording(): void {
  depth = 0;
  recorder = undefined;
}
