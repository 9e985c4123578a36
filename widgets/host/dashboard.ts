import { kindOf, pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import { getParamStore } from "../../lib/params/index.ts";
import type { DashboardData } from "../views/dashboard.ts";
import { formatCount } from "../views/format.ts";
import { Courses } from "./courses.ts";
import { LossSpread } from "./loss-spread.ts";
import { Curve } from "./losses.ts";
import { type LiveContent, type News, Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import { hasFunction, type WatchedSource } from "./sources.ts";
import type { Studio } from "./static.ts";

export interface DashboardOptions extends ShowOptions {
  /** Axis of the loss (default linear); a switch under the view changes it. */
  scale?: "linear" | "log";
  title?: string;
}

/**
 * All of a training in one view: the loss, gradient norms, learning rates, the particles' spread, and the parameters on
 * their way, with buttons that pause, resume, stop and take single steps, and a slider for the learning rate.
 *
 * Gradient norms are those of the steps that were not compiled: some at all times, and all of them without the compiler.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), "ELBO");
 * display(dashboard(svi));
 * await svi.run(10_000, { args: [data] });
 * @throws where the argument is no SVI
 */
export function dashboard(svi: WatchedSource, options: DashboardOptions = {}): Dashboard {
  checkOptions("dashboard", options, { scale: true, title: true, ...showOptionNames });
  if (!hasFunction(svi, "subscribe") || !("losses" in svi)) {
    throw pyroError({
      what: "There is no training to watch",
      where: "argument of dashboard",
      expected: "an SVI: new SVI(model, guide, optimizer)",
      got: kindOf(svi),
      try: "elboCurve(losses) for an array of losses",
    });
  }
  return new Dashboard(svi, options);
}

/** Milliseconds between two looks at parameters. */
const glance = 250;

export class Dashboard extends Shown {
  readonly #svi: WatchedSource;
  readonly #curve: Curve;
  readonly #courses: Courses;
  readonly #spread: LossSpread;
  readonly #title: string | undefined;
  #scale: "linear" | "log";
  #total = 0;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(svi: WatchedSource, { scale = "linear", title, ...options }: DashboardOptions) {
    super(options);
    this.#svi = svi;
    this.#curve = new Curve("", svi);
    this.#courses = new Courses(getParamStore(), svi.optim);
    this.#spread = new LossSpread(svi.numParticles);
    this.#scale = scale;
    this.#title = title;
  }

  data(): DashboardData {
    // Compiled steps are looked at when the run says so; more often it is not seen.
    if (performance.now() - this.#looked > glance) this.#look();
    const { panels, more } = this.#courses.params();
    return {
      loss: {
        runs: [{ buckets: this.#curve.buckets() }],
        scale: this.#scale,
        total: this.#total,
        ...(this.#title !== undefined && { title: this.#title }),
      },
      gradients: this.#courses.gradients(),
      rates: this.#courses.rates(),
      spread: this.#spread.courses(),
      params: panels,
      more,
    };
  }

  override plain(): string {
    const { length } = this.#curve;
    return `${this.#title ?? "Training"}: ${formatCount(length)} step${length === 1 ? "" : "s"}`;
  }

  protected override draw({ views, document }: Studio): Element {
    const data = this.data();
    // A run that was stopped early ends where it ended.
    return views.dashboard({ ...data, loss: { ...data.loss, total: 0 } }, { document, ...this.options });
  }

  protected override live(): LiveContent {
    return {
      view: "dashboard",
      controls: ["pause", "step", "stop", "lr", "scale"],
      data: () => this.data(),
      bundle: () => this.bundle(),
      plain: () => this.plain(),
      subscribe: (listener) => this.#follow(listener),
      command: (command) => {
        if (command.tspyro === "scale") this.#scale = command.value;
      },
    };
  }

  #follow(listener: (news: News) => void): () => void {
    const ends = [
      this.#svi.watch?.(() => this.#look()),
      this.#svi.subscribe((run) => {
        this.#total = Math.max(0, this.#curve.length - run.step + run.total);
        listener({ run });
      }),
    ];
    return () => {
      for (const end of ends) end?.();
    };
  }

  #look(): void {
    this.#courses.look(this.#curve.length);
    this.#spread.look(this.#svi.losses);
    this.#looked = performance.now();
  }
}
