import { formatCount, formatDuration, formatRate, formatSteady } from "../views/format.ts";
import { type Theme, themeOf } from "../views/theme.ts";
import { pageTheme } from "./theme.ts";

/** How a run stands, as the kernel says it. */
export interface RunStatus {
  step: number;
  total: number;
  loss: number;
  rate: number;
  done: boolean;
  paused: boolean;
}

export interface Toolbar {
  readonly element: HTMLElement;
  update(status: RunStatus | undefined): void;
  /** The kernel is gone: how far the run came is all that is left to say. */
  leave(): void;
}

/**
 * The bar under a running view: pause or resume, stop, how far the run is. The buttons are real buttons, so
 * the keyboard reaches them; the state of the run is announced when it changes, not at every step.
 */
export function toolbar(send: (command: string) => void): Toolbar {
  const element = document.createElement("div");
  element.className = "tspyro-toolbar";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Run");
  const pause = button("Pause", () => send(paused ? "resume" : "pause"));
  const stop = button("Stop", () => send("stop"));
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "Steps taken");
  const numbers = document.createElement("span");
  const spoken = document.createElement("span");
  spoken.setAttribute("role", "status");
  spoken.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  element.append(pause, stop, bar, numbers, spoken);
  let paused = false;
  let gone = false;

  function update(status: RunStatus | undefined): void {
    style(element, [pause, stop], bar, themeOf(pageTheme()));
    const running = status !== undefined && !status.done;
    paused = status?.paused ?? false;
    setText(pause, paused ? "Resume" : "Pause");
    pause.disabled = stop.disabled = !running;
    if (status === undefined) {
      bar.value = 0;
      setText(numbers, "not running");
      return;
    }
    bar.max = Math.max(1, status.total);
    bar.value = status.step;
    setText(numbers, inNumbers(status, gone));
    if (gone) setText(spoken, "");
    else
      setText(
        spoken,
        status.done ? "The run has ended." : paused ? "The run is paused." : "The run goes on.",
      );
  }
  function leave(): void {
    gone = true;
    pause.remove();
    stop.remove();
  }
  return { element, update, leave };
}

function inNumbers({ step, total, rate, loss, done, paused }: RunStatus, gone: boolean): string {
  const parts = [`${formatCount(step)} / ${formatCount(total)}`];
  if (gone && !done) parts.push("broken off");
  else if (paused) parts.push("paused");
  else parts.push(formatRate(rate));
  if (!done && !paused && !gone && rate > 0) parts.push(`${formatDuration((total - step) / rate)} left`);
  if (done) parts.push("done");
  parts.push(`loss ${formatSteady(loss)}`);
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
  buttons: HTMLButtonElement[],
  bar: HTMLProgressElement,
  theme: Theme,
): void {
  if (element.dataset.theme === theme.name) return;
  element.dataset.theme = theme.name;
  element.style.cssText = `display:flex;flex-wrap:wrap;align-items:center;gap:8px;padding:6px 16px 8px;position:relative;font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums;color:${theme.text};background:${theme.background}`;
  for (const each of buttons) {
    each.style.cssText = `font:inherit;padding:3px 12px;min-width:68px;border:1px solid ${theme.border};border-radius:5px;background:${theme.plate};color:${theme.text};cursor:pointer`;
  }
  bar.style.cssText = `flex:0 1 160px;height:8px;accent-color:${theme.accent}`;
  if (styled === "") {
    const sheet = document.createElement("style");
    styled =
      ".tspyro-toolbar button:disabled{opacity:.45;cursor:default}.tspyro-toolbar button:focus-visible{outline:2px solid #3a96d0;outline-offset:2px}";
    sheet.textContent = styled;
    document.head.append(sheet);
  }
}
