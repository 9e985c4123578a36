/**
 * How a running `svi.run` is steered from outside: a notebook's buttons pause or stop it and a slider
 * scales its learning rates. The kernel installs a control backed by shared memory, so that it acts even
 * while the main thread computes.
 */
export interface RunControl {
  /** What to do now; asked between steps. `step` is one step of a run that stays paused. */
  poll(): "run" | "step" | "pause" | "stop";
  /** Factor on every learning rate. */
  readonly lrScale: number;
  /** Why this run is not to be compiled unless the caller insists: somebody wants to see the model run, say. */
  readonly eager?: string | undefined;
  /** Called when the run has ended. */
  close?(): void;
}

/** A call that steers nothing (`stopOnly`) leaves a pause and a slider of the run around it as they are. */
export interface ControlledRun {
  totalSteps: number;
  stopOnly?: boolean;
}

export type RunControlFactory = (run: ControlledRun) => RunControl;

const free: RunControl = { poll: () => "run", lrScale: 1 };
let factory: RunControlFactory = () => free;

/** Install what makes a control for each run; returns a function that takes it away again. */
export function setRunControlFactory(make: RunControlFactory): () => void {
  const previous = factory;
  factory = make;
  return () => {
    factory = previous;
  };
}

export function makeRunControl(totalSteps: number, { stopOnly = false } = {}): RunControl {
  return factory({ totalSteps, stopOnly });
}
