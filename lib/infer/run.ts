import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { makeRunControl } from "./control.ts";
import type { LossBuffer } from "./losses.ts";
import { Progress } from "./progress.ts";
import type { RunListener } from "./run-events.ts";
import type { SVIOptimizer } from "./svi.ts";

export interface RunOptions<A extends unknown[]> {
  /** Arguments of model and guide, or a function that gives those of each step (counted from 0). */
  args?: A | ((step: number) => A);
  /** Show how it goes (default true): in a notebook as a view, in a terminal as a line. */
  progress?: boolean;
  /** Called after each step with its number (from 1) and its loss; `false` ends the run. */
  onStep?: (step: number, loss: number) => unknown;
  /** Compile the step: "auto" (default) where possible, true to demand it, false never. */
  compile?: "auto" | boolean;
  /** Ends the run when aborted. */
  signal?: AbortSignal;
  /** In a notebook: go on training parameters that this cell made in an earlier execution. */
  resume?: boolean;
}

export interface RunResult {
  /** Losses of the steps of this run. */
  readonly losses: Float32Array;
  /** Steps taken. */
  readonly steps: number;
  readonly compiled: boolean;
  /** Why the steps were not compiled. */
  readonly reason?: string;
  /** Why the run ended. */
  readonly ended: "done" | "stopped" | "aborted";
}

const NOT_COMPILED = "this version has no compiler: every step runs eagerly";
/** Milliseconds of computing before the event loop gets a turn. */
const SLICE = 40;
const PAUSE_POLL = 20;

/** The loop of `svi.run`. */
export async function runSteps<A extends unknown[]>(
  svi: {
    step(args: A): number;
    optim: SVIOptimizer;
    losses: LossBuffer;
    listeners: ReadonlySet<RunListener>;
  },
  numSteps: number,
  { args, progress = true, onStep, compile = "auto", signal }: RunOptions<A>,
): Promise<RunResult> {
  checkOptions(numSteps, compile);
  const argsOf = typeof args === "function" ? args : () => args ?? ([] as unknown[] as A);
  const control = makeRunControl(numSteps);
  const first = svi.losses.length;
  const news = new Progress(numSteps, svi.losses, svi.listeners, progress);
  let steps = 0;
  let ended: RunResult["ended"] = "done";
  let sliceEnd = performance.now() + SLICE;
  try {
    while (steps < numSteps) {
      if (signal?.aborted === true) {
        ended = "aborted";
        break;
      }
      const order = control.poll();
      if (order === "stop") {
        ended = "stopped";
        break;
      }
      if (order === "pause" || performance.now() >= sliceEnd) {
        news.tell(steps);
        await turnOfEventLoop(order === "pause" ? PAUSE_POLL : 0);
        sliceEnd = performance.now() + SLICE;
        if (order === "pause") {
          pollInterrupt();
          continue;
        }
      }
      if (svi.optim.rateScale !== undefined) svi.optim.rateScale = control.lrScale;
      const loss = svi.step(argsOf(steps));
      steps++;
      let answer = onStep?.(steps, loss);
      if (answer instanceof Promise) answer = await answer;
      if (answer === false) {
        ended = "stopped";
        break;
      }
    }
  } finally {
    if (svi.optim.rateScale !== undefined) svi.optim.rateScale = 1;
    control.close?.();
    news.end(steps);
  }
  return { losses: svi.losses.view(first).slice(), steps, compiled: false, reason: NOT_COMPILED, ended };
}

function checkOptions(numSteps: number, compile: "auto" | boolean): void {
  if (!Number.isSafeInteger(numSteps) || numSteps < 0) {
    throw pyroError({
      what: "The number of steps must be a whole number >= 0",
      where: "svi.run",
      got: String(numSteps),
    });
  }
  if (compile === true) {
    throw pyroError({
      what: "The steps cannot be compiled",
      where: "svi.run, option compile",
      got: NOT_COMPILED,
      try: 'compile: "auto", which runs eagerly where it must',
    });
  }
}

function turnOfEventLoop(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds > 0 || typeof setImmediate !== "function") setTimeout(resolve, milliseconds);
    else setImmediate(resolve);
  });
}
