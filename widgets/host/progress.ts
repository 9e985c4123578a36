import { formatCount, formatDuration, formatNumber, formatRate } from "../views/format.ts";
import { escapeMarkup } from "../views/serialize.ts";
import { currentHost } from "./host.ts";
import { hasLiveControls, LiveView } from "./live-view.ts";
import type { LiveContent } from "./shown.ts";
import type { RunNews, RunSource } from "./sources.ts";
import type { MimeBundle, WidgetHost } from "./types.ts";

/**
 * Shows the progress of every run as a bar with buttons that ends as one line of text. A run whose cell
 * already shows a live view with these buttons gets no second bar.
 *
 * @param onRunStart how to hear of runs (`onRunStart` of `lib/infer/run-events.ts`)
 * @returns a function that ends that
 */
export function showRunProgress(onRunStart: (listener: (run: RunSource) => void) => () => void): () => void {
  return onRunStart((run) => {
    const host = currentHost();
    if (host === undefined || hasLiveControls(host.currentCell?.())) return;
    showLive(progressOf(run), host);
  });
}

/** Shows a live view that nobody asked for in an output of its own. */
export function showLive(content: LiveContent, host: WidgetHost): void {
  const displayId = crypto.randomUUID();
  host.display(new LiveView(content, host, displayId).open(), {}, { displayId });
}

/** The content of a progress bar for one run. */
export function progressOf(run: RunSource): LiveContent {
  const start = performance.now();
  let last: RunNews = { step: 0, total: run.total, rate: 0, done: false };
  let seconds = 0;
  const plain = () => progressLine(last, seconds);
  return {
    view: "progress",
    controls: ["pause", "stop"],
    data: () => ({}),
    plain,
    bundle: () => Promise.resolve(lineBundle(plain())),
    subscribe: (listener) =>
      run.subscribe((news) => {
        last = news;
        seconds = (performance.now() - start) / 1000;
        listener({ run: news });
      }),
  };
}

/** A line of text as an output. */
export function lineBundle(text: string): MimeBundle {
  return { "text/html": `<div>${escapeMarkup(text)}</div>`, "text/plain": text };
}

/** How many there are: all, or those before it was stopped, or none of so many where it has only begun. */
export function soFar(step: number, total: number, seconds: number): string {
  if (!(step < total)) return formatCount(step);
  return `${seconds === 0 ? "" : "stopped after "}${formatCount(step)} of ${formatCount(total)}`;
}

/** How long it took, and how fast it was. */
export function inTime(step: number, seconds: number): string {
  return seconds === 0 ? "" : ` in ${formatDuration(seconds)} · ${formatRate(step / seconds)}`;
}

export function progressLine(
  { step, total, loss, done, compiled, reason }: RunNews,
  seconds: number,
): string {
  const count = done || seconds === 0 ? soFar(step, total, seconds) : formatCount(step);
  const parts = [`${count} step${count === "1" ? "" : "s"}${inTime(step, seconds)}`];
  if (step > 0 && loss !== undefined) parts.push(`loss ${formatNumber(loss)}`);
  if (compiled === true) parts.push("compiled");
  else if (reason !== undefined) parts.push(`eager: ${reason}`);
  return parts.join(" · ");
}
