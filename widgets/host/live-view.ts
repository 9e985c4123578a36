import { asCommand, isViewCommand } from "./commands.ts";
import type { LiveContent, News } from "./shown.ts";
import type { RunNews } from "./sources.ts";
import type { MimeBundle, RunCommand, WidgetHost } from "./types.ts";
import { WidgetModel } from "./widget.ts";

/** How a run stands, for the bar and the buttons under a live view. */
export interface RunStatus extends RunNews {
  readonly paused: boolean;
  /** Factor on the learning rates. */
  readonly lrScale: number;
}

/** How a run is steered before anybody touches it. */
const UNTOUCHED = { paused: false, lrScale: 1 };

/** At most 20 updates a second. */
const shortestInterval = 50;
/** However long an update takes: a picture that stands still for seconds seems dead. */
const longestInterval = 500;
/** An update may take this share of the main thread's time: those who look at parameters take theirs beside it. */
const share = 0.01;
/** A run that is followed by another soon (training in epochs) stays live in between: milliseconds. */
const graceAfterRun = 400;
/** A view that does not know of runs waits longer: a step may take seconds. */
const graceAfterChange = 3000;

/** All that are on show, live or frozen: a frozen one thaws when its run goes on. */
const shown = new Set<LiveView>();

/**
 * One output that shows a view. While something moves it is a widget; when all is still it is a static
 * picture, because a saved notebook cannot show widgets; when the run goes on it is a widget again.
 */
export class LiveView {
  readonly #content: LiveContent;
  readonly #host: WidgetHost;
  readonly #displayId: string;
  readonly #cell: string | undefined;
  #model: WidgetModel | undefined;
  /** One that stays open with its last picture, for a page that shows nothing else. */
  #left: WidgetModel | undefined;
  #status: RunStatus | undefined;
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #freezeTimer: NodeJS.Timeout | undefined;
  #freezing: Promise<void> | undefined;
  #settled = false;
  #sent = 0;
  #heard = 0;
  #interval = shortestInterval;

  constructor(content: LiveContent, host: WidgetHost, displayId: string) {
    this.#content = content;
    this.#host = host;
    this.#displayId = displayId;
    this.#cell = host.currentCell?.();
  }

  /** Starts to watch; returns the output to show. */
  open(): MimeBundle {
    const bundle = this.#goLive();
    this.#unsubscribe = this.#content.subscribe((news) => this.#hear(news));
    shown.add(this);
    return bundle;
  }

  get cell(): string | undefined {
    return this.#cell;
  }

  /** Whether a run is under way and this view has buttons for it. */
  get steers(): boolean {
    return this.#content.controls.length > 0 && this.#model !== undefined;
  }

  get #running(): boolean {
    return this.#status !== undefined && !this.#status.done;
  }

  /** Whether it waits for a person: one that a front end shows, which is what tells the cell. */
  get #stays(): boolean {
    return this.#content.tools !== undefined && this.#cell !== undefined && !this.#settled;
  }

  #settle(): void {
    this.#settled = true;
    void this.freeze();
  }

  #goLive(): MimeBundle {
    if (this.#left !== undefined) {
      this.#model = this.#left;
      this.#left = undefined;
      this.#send();
      return { ...this.#model.viewBundle, "text/plain": this.#content.plain() };
    }
    this.#model = new WidgetModel(this.#host.comms, {
      view: this.#content.view,
      controls: this.#content.controls,
      ...(this.#content.tools !== undefined && { tools: this.#content.tools }),
      data: this.#content.data(),
      run: this.#status ?? null,
    });
    this.#model.onCustom((content) => this.#command(content));
    this.#sent = performance.now();
    return { ...this.#model.viewBundle, "text/plain": this.#content.plain() };
  }

  #hear({ run, urgent = false }: News): void {
    this.#heard = performance.now();
    if (run !== undefined) {
      const { paused, lrScale } = this.#running ? (this.#status as RunStatus) : UNTOUCHED;
      this.#status = { ...run, paused: !run.done && paused, lrScale };
    }
    if (this.#model === undefined && this.#settled) return;
    if (this.#model === undefined && this.#freezing === undefined && run?.done !== true) {
      this.#host.updateDisplay(this.#goLive(), {}, { displayId: this.#displayId });
    } else if (this.#status?.paused === true || (urgent && performance.now() - this.#sent >= this.#interval))
      this.#send();
    else this.#schedule();
    if (!this.#running) this.#freezeWhenStill();
  }

  #freezeWhenStill(): void {
    if (this.#freezeTimer !== undefined || this.#stays) return;
    const grace = this.#content.controls.length > 0 ? graceAfterRun : graceAfterChange;
    const check = () => {
      this.#freezeTimer = undefined;
      if (performance.now() - this.#heard < grace) this.#freezeWhenStill();
      else void this.freeze();
    };
    this.#freezeTimer = setTimeout(check, grace);
    this.#freezeTimer.unref();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#model === undefined) return;
    const wait = Math.max(0, this.#sent + this.#interval - performance.now());
    this.#timer = setTimeout(() => this.#send(), wait);
    this.#timer.unref();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#model === undefined) return;
    const start = performance.now();
    this.#model.update({ data: this.#content.data(), run: this.#status ?? null });
    this.#sent = performance.now();
    const took = this.#sent - start;
    this.#interval = Math.min(longestInterval, Math.max(shortestInterval, took / share));
  }

  /** A button was pressed. The wire thread has seen the message too and acted at once. */
  #command(content: unknown): void {
    const command = asCommand(content);
    if (command === undefined) return;
    if (isViewCommand(command)) {
      this.#content.command?.(command);
      if (command.tspyro === "settle") this.#settle();
      else this.#schedule();
      return;
    }
    this.#host.command?.(command);
    const change = changeOf(command);
    if (change !== undefined) for (const view of shown) view.#steer(change);
  }

  #steer(change: Partial<typeof UNTOUCHED>): void {
    if (this.#status === undefined || this.#status.done) return;
    this.#status = { ...this.#status, ...change };
    this.#schedule();
  }

  /** Replaces the widget by the static picture, unless a run is under way. */
  freeze({ force = false } = {}): Promise<void> {
    if (this.#model === undefined || this.#stays || (this.#running && !force))
      return this.#freezing ?? Promise.resolve();
    this.#freezing ??= this.#freeze(force).finally(() => {
      this.#freezing = undefined;
    });
    return this.#freezing;
  }

  async #freeze(force: boolean): Promise<void> {
    clearTimeout(this.#freezeTimer);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bundle = await this.#content.bundle();
    // While the picture was drawn, another run may have begun.
    if (this.#model === undefined || (this.#running && !force)) return;
    this.#host.updateDisplay(bundle, {}, { displayId: this.#displayId });
    const model = this.#model;
    this.#model = undefined;
    if (model.adopted) {
      model.update({
        data: this.#content.data(),
        run: this.#status === undefined ? null : ended(this.#status),
      });
      this.#left = model;
      return;
    }
    // Clients that keep widget state with the notebook are left with next to nothing.
    model.update({ data: null, run: null });
    model.close();
  }

  /** Its output is gone: nothing is watched or sent any more. */
  dispose(): void {
    shown.delete(this);
    clearTimeout(this.#timer);
    clearTimeout(this.#freezeTimer);
    this.#unsubscribe?.();
    for (const model of [this.#model, this.#left]) model?.close();
    this.#model = this.#left = undefined;
  }
}

/** An interrupted run never says that it is done. */
function ended(status: RunStatus): RunStatus {
  return { ...status, done: true, paused: false };
}

function changeOf(command: RunCommand): Partial<typeof UNTOUCHED> | undefined {
  switch (command.tspyro) {
    case "pause":
      return { paused: true };
    case "resume":
      return { paused: false };
    case "lr":
      return { lrScale: command.value };
    case "step":
    case "stop":
      return undefined;
    default:
      return command satisfies never;
  }
}

/** Before a cell runs: the outputs of its earlier execution are gone, and so are their views. */
export function widgetCellStart(cellId: string | undefined): void {
  if (cellId === undefined) return;
  for (const view of [...shown]) if (view.cell === cellId) view.dispose();
}

/**
 * After a cell has run, and before its idle message: views whose run has ended become static pictures.
 * Await it, because some clients read a cell's outputs only up to the idle message.
 */
export async function widgetCellEnd({ interrupted = false } = {}): Promise<void> {
  // An interrupted run never says that it is done.
  await Promise.all([...shown].map((view) => view.freeze({ force: interrupted })));
}

/** Whether a view with buttons for a run is on show in this cell. */
export function hasLiveControls(cellId: string | undefined): boolean {
  return [...shown].some((view) => view.steers && view.cell === cellId);
}

export function disposeWidgets(): void {
  for (const view of [...shown]) view.dispose();
}
