import { pyroError } from "../errors.ts";
import { PyroLRScheduler } from "./pyro-lr-scheduler.ts";

/** The rates of a schedule, as what a plot needs: `Plot.lineY(plot.points, { x: "epoch", y: "lr" })`. */
export interface SchedulePlot {
  readonly scheduler: string;
  readonly points: readonly { readonly epoch: number; readonly lr: number; readonly momentum?: number }[];
}

/**
 * What a scheduler does in its first epochs. The scheduler itself does not move.
 * @param steps how many calls of `step` to follow
 * @param metrics what `step` is given, for ReduceLROnPlateau
 * @param name a parameter, where the scheduler's arguments depend on it
 */
export function plotSchedule(
  scheduler: PyroLRScheduler,
  steps: number,
  { metrics = [], name }: { metrics?: readonly number[]; name?: string } = {},
): SchedulePlot {
  if (!(scheduler instanceof PyroLRScheduler)) {
    throw pyroError({
      what: "plotSchedule needs a scheduler",
      expected: "such as optim.StepLR({ optimizer: optim.Adam, stepSize: 10 })",
      got: String(scheduler),
    });
  }
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw pyroError({
      what: "The number of steps must be a whole number >= 0",
      where: "plotSchedule",
      got: String(steps),
    });
  }
  const points = scheduler.preview(steps, metrics, name);
  return {
    scheduler: scheduler.name,
    points: points.map(({ lr, momentum }, epoch) => ({
      epoch,
      lr,
      ...(momentum === undefined ? {} : { momentum }),
    })),
  };
}
