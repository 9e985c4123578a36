import { formatCount, formatDuration, formatNumber, formatRate, formatSteady } from "../views/format.ts";
import { type Theme, themeOf } from "../views/theme.ts";
import { pageTheme } from "./theme.ts";

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
    style(element, buttons, bar, themeOf(pageTheme()));
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

/** Milliseconds after a touch in which what is heard from the kernel is older than that. */
const patience = 1000;

/** What keys add to the logarithm of the rate; Home takes the slider back to the rate as it was. */
const keySteps: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -0.1, ArrowDown: -0.1, ArrowRight: 0.1, ArrowUp: 0.1 },
  ...{ PageDown: -0.5, PageUp: 0.5, Home: 0 },
};

/** Factors from 1/100 to 100, so that an arrow key changes the rate by a tenth of a power of ten. */
function rateSlider(send: Send) {
  const element = document.createElement("label");
  element.className = "tspyro-rate";
  const slider = document.createElement("input");
  slider.type = "range";
  [slider.min, slider.max, slider.step] = ["-2", "2", "0.1"];
  slider.value = "0";
  slider.setAttribute("aria-label", "Learning rate, as a factor");
  const told = document.createElement("output");
  element.append("learning rate", slider, told);
  const factor = () => Number((10 ** Number(slider.value)).toPrecision(3));
  const tell = (value: number) => {
    setText(told, `× ${formatNumber(value, 3)}`);
    slider.setAttribute("aria-valuetext", `times ${formatNumber(value, 3)}`);
  };
  let touched = Number.NEGATIVE_INFINITY;
  const moved = () => {
    touched = performance.now();
    tell(factor());
    send("lr", factor());
  };
  slider.addEventListener("input", moved);
  slider.addEventListener("keydown", (event) => {
    const by = keySteps[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    // Notebooks take arrow keys for their cells, and the slider would never hear of them.
    event.preventDefault();
    event.stopPropagation();
    // The input keeps it within its range.
    slider.value = String(by === 0 ? 0 : Number(slider.value) + by);
    moved();
  });
  function update(running: boolean, scale: number): void {
    slider.disabled = !running;
    if (performance.now() - touched < patience) return;
    if (Math.abs(factor() - scale) > 1e-6 && scale > 0) slider.value = String(Math.log10(scale));
    tell(scale);
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

function button(text: string, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}

/** Only what changed, so that a reader's selection and the button under the pointer stay. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

let styled = "";

function style(
  element: HTMLElement,
  buttons: readonly HTMLButtonElement[],
  bar: HTMLProgressElement,
  theme: Theme,
): void {
  if (element.dataset.theme === theme.name) return;
  element.dataset.theme = theme.name;
  element.style.cssText = `display:flex;flex-wrap:wrap;align-items:center;gap:8px;padding:6px 16px 8px;position:relative;font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums;color:${theme.text};background:${theme.background};accent-color:${theme.accent};color-scheme:${theme.name}`;
  for (const each of buttons) {
    each.style.cssText = `font:inherit;padding:3px 12px;min-width:68px;border:1px solid ${theme.border};border-radius:5px;background:${theme.plate};color:${theme.text};cursor:pointer`;
  }
  bar.style.cssText = "flex:0 1 160px;height:8px";
  if (styled === "") {
    const sheet = document.createElement("style");
    styled =
      ".tspyro-toolbar button:disabled{opacity:.45;cursor:default}.tspyro-toolbar :is(button,input):focus-visible{outline:2px solid #3a96d0;outline-offset:2px}.tspyro-toolbar label{display:flex;align-items:center;gap:6px}.tspyro-toolbar input{margin:0}.tspyro-rate{flex:0 0 auto}.tspyro-rate input{width:140px}.tspyro-rate output{min-width:52px}";
    sheet.textContent = styled;
    document.head.append(sheet);
  }
}
