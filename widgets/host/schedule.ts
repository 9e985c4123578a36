import type { SchedulePlot } from "../../lib/optim/plot-schedule.ts";
import { formatCount } from "../views/format.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import type { Studio } from "./static.ts";

/** The picture of what `optim.plotSchedule(scheduler, steps)` returned; in a notebook that shows itself so. */
export function scheduleView(plot: SchedulePlot, options: ShowOptions = {}): ScheduleView {
  return new ScheduleView(plot, options);
}

export class ScheduleView extends Shown {
  readonly #plot: SchedulePlot;

  constructor(plot: SchedulePlot, options: ShowOptions) {
    super(options);
    this.#plot = plot;
  }

  override plain(): string {
    const { scheduler, points } = this.#plot;
    return `Schedule of ${scheduler}: ${formatCount(points.length)} epoch${points.length === 1 ? "" : "s"}`;
  }

  protected override draw({ views, document }: Studio): Element {
    return views.schedule(this.#plot, { document, ...this.options });
  }
}
