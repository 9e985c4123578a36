/** News of a run: sent in batches (at most about 20 a second) and once at its end. */
export interface RunEvent {
  /** Steps taken in this run. */
  readonly step: number;
  readonly total: number;
  /** Loss of the last step. */
  readonly loss: number;
  /** Steps a second, of late. */
  readonly rate: number;
  /** Seconds left; absent while nobody can tell. */
  readonly left?: number;
  readonly done: boolean;
  /** Of a run that is over: whether its last steps were compiled ones. */
  readonly compiled?: boolean;
  /** And why not. */
  readonly reason?: string;
}

export type RunListener = (event: RunEvent) => void;

/** What a listener for starting runs is told. */
export interface RunStart {
  readonly total: number;
  /** Losses of all steps so far, of this and earlier runs. */
  losses(): Float32Array;
  /** Hear this run's events; returns a function that ends that. */
  subscribe(listener: RunListener): () => void;
}

type StartListener = (run: RunStart) => void;
const listeners = new Set<StartListener>();

/** Be told of every run of this process that shows progress; returns a function that ends that. */
export function onRunStart(listener: StartListener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Tell the listeners; false if there are none (the caller may then show progress as text). */
export function announceRun(run: RunStart): boolean {
  for (const listener of listeners) listener(run);
  return listeners.size > 0;
}
