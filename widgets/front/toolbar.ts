import { formatCount, formatDuration, formatNumber, formatRate, formatSteady } from "../views/format.ts";
import { themeOf } from "../views/theme.ts";
import { patience, slider } from "./slider.ts";
import { pageTheme } from "./theme.ts";
import { button, setText, style } from "./tools.ts";

/** How a run stands, as the kernel says it. */
export interface RunStatus {
  step: number;
  /** NaN where nobody knows. */
  total: number;
  unit?: string;
  loss?: number;
  rate: number;
  /** Seconds. */
  left?: number;
  done: boolean;
  paused: boolean;
  lrScale: number;
}

/** What stands in a bar. */
export type Control = "pause" | "step" | "stop" | "lr" | "scale";

export interface Toolbar {
  readonly element: HTMLElement;
  update(status: RunStatus | undefined, scale?: string): void;
  /** The kernel is gone: how far the run came is all that is left to say. */
  leave(): void;
}

type Send = (command: string, value?: number | string) => void;

/**
 * The bar under a running view: pause or resume, a single step, stop, the learning rate, how far the run is. All are
 * real buttons and inputs, so the keyboard reaches them; the state of the run is announced when it changes, not at every
 * step.
 */
export function toolbar(controls: readonly Control[], send: Send): Toolbar {
  const element = document.createElement("div");
  element.className = "tspyro-toolbar";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Run");
  const has = (control: Control) => controls.includes(control);
  let paused = false;
  const pause = button("Pause", () => send(paused ? "resume" : "pause"));
  const step = button("Step", () => send("step"));
  step.title = "Take one step of a paused run";
  const stop = button("Stop", () => send("stop"));
  stop.title = "End the run and keep what there is";
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "How far the run is");
  bar.style.cssText = "flex:0 1 160px;height:8px";
  const numbers = document.createElement("span");
  const spoken = document.createElement("span");
  spoken.setAttribute("role", "status");
  spoken.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  const rate = rateSlider(send);
  const log = logSwitch(send);
  const buttons = [...(has("pause") ? [pause] : []), ...(has("step") ? [step] : []), stop];
  element.append(...buttons, bar, numbers);
  const below = [...(has("lr") ? [rate.element] : []), ...(has("scale") ? [log.element] : [])];
  element.append(...below, spoken);
  let gone = false;

  function update(status: RunStatus | undefined, scale?: string): void {
    style(element, themeOf(pageTheme()));
    const running = status !== undefined && !status.done;
    paused = status?.paused ?? false;
    setText(pause, paused ? "Resume" : "Pause");
    pause.disabled = stop.disabled = !running;
    step.disabled = !(running && paused);
    rate.update(running, status?.lrScale ?? 1);
    log.update(scale);
    if (status === undefined) {
      bar.value = 0;
      setText(numbers, "not running");
      return;
    }
    if (Number.isFinite(status.total)) {
      bar.max = Math.max(1, status.total);
      bar.value = status.step;
    } else if (status.done) bar.value = bar.max;
    else bar.removeAttribute("value");
    setText(numbers, inNumbers(status, gone));
    const said = status.done ? "The run has ended." : paused ? "The run is paused." : "The run goes on.";
    setText(spoken, gone ? "" : said);
  }
  function leave(): void {
    gone = true;
    for (const control of [...buttons, ...below]) control.remove();
  }
  return { element, update, leave };
}

/** Factors from 1/100 to 100, so that an arrow key changes the rate by a tenth of a power of ten. */
function rateSlider(send: Send) {
  const factor = (exponent: number) => Number((10 ** exponent).toPrecision(3));
  const { element, input, follow } = slider(
    "learning rate",
    { min: -2, max: 2, step: 0.1, home: 0 },
    (exponent) => {
      const text = formatNumber(factor(exponent), 3);
      return { shown: `× ${text}`, spoken: `times ${text}` };
    },
    (exponent) => send("lr", factor(exponent)),
  );
  input.setAttribute("aria-label", "Learning rate, as a factor");
  function update(running: boolean, scale: number): void {
    input.disabled = !running;
    if (scale > 0) follow(Math.log10(scale));
  }
  return { element, update };
}

function logSwitch(send: Send) {
  const element = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  element.append(box, "log scale");
  let touched = Number.NEGATIVE_INFINITY;
  box.addEventListener("change", () => {
    touched = performance.now();
    send("scale", box.checked ? "log" : "linear");
  });
  const update = (scale: string | undefined) => {
    if (performance.now() - touched > patience) box.checked = scale === "log";
  };
  return { element, update };
}

function inNumbers(status: RunStatus, gone: boolean): string {
  const { step, total, unit, rate, loss, left, done, paused } = status;
  const counted = Number.isFinite(total) ? `${formatCount(step)} / ${formatCount(total)}` : formatCount(step);
  const parts = [unit === undefined ? counted : `${counted} ${unit}`];
  if (gone && !done) parts.push("broken off");
  else if (paused) parts.push("paused");
  else parts.push(formatRate(rate));
  if (!done && !paused && !gone && left !== undefined) parts.push(`${formatDuration(left)} left`);
  if (done) parts.push("done");
  if (loss !== undefined) parts.push(`loss ${formatSteady(loss)}`);
  return parts.join(" · ");
}
