import { pyroError } from "../errors.ts";
import { PyroLRScheduler } from "./pyro-lr-scheduler.ts";

export type SchedulePoints = readonly {
  readonly epoch: number;
  readonly lr: number;
  readonly momentum?: number;
}[];

type Bundle = Record<string, unknown>;
type Picture = (plot: SchedulePlot) => Bundle | Promise<Bundle>;

let picture: Picture | undefined;

/** How a schedule is drawn where there are pictures: a host's business, because the library has none. */
export function setSchedulePicture(draw: Picture | undefined): void {
  picture = draw;
}

/** The rates of a schedule, as what a plot needs: `Plot.lineY(plot.points, { x: "epoch", y: "lr" })`. */
export class SchedulePlot {
  readonly scheduler: string;
  readonly points: SchedulePoints;

  constructor(scheduler: string, points: SchedulePoints) {
    this.scheduler = scheduler;
    this.points = points;
  }

  /** In a notebook: the picture. Elsewhere the rates as text. */
  [Symbol.for("Jupyter.display")](): Bundle | Promise<Bundle> {
    return picture?.(this) ?? { "text/plain": this.toString() };
  }

  toString(): string {
    const rates = this.points.map(({ lr }) => String(Number(lr.toPrecision(4))));
    return `${this.scheduler}: ${rates.length > 20 ? [...rates.slice(0, 19), "...", rates.at(-1)].join(", ") : rates.join(", ")}`;
  }
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
  return new SchedulePlot(
    scheduler.name,
    points.map(({ lr, momentum }, epoch) => ({
      epoch,
      lr,
      ...(momentum === undefined ? {} : { momentum }),
    })),
  );
}
