import type { Theme } from "../views/theme.ts";

/** What stands over a picture that a person works with. It outlives the drawings, so the keyboard keeps its place. */
export interface ToolBar {
  readonly element: HTMLElement;
  update(data: unknown, theme: Theme): void;
  /** What of the data is drawn. */
  shown?(data: unknown): unknown;
  /** A click into the picture. */
  clicked?(target: Element): void;
  /** The kernel is gone. */
  leave(): void;
}

export type Send = (message: Readonly<Record<string, unknown>>) => void;

export function group(label: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "tspyro-toolbar tspyro-tools";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", label);
  return element;
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}

export function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  const element = document.createElement("label");
  element.append(text, control);
  return element;
}

export function field(type: string): HTMLInputElement {
  const element = document.createElement("input");
  element.type = type;
  // Notebooks have commands on single letters.
  element.addEventListener("keydown", (event) => event.stopPropagation());
  return element;
}

/** Only what changed, so that a reader's selection and the button under the pointer stay. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

let styled = false;

/** Colours of a bar and of all its controls. */
export function style(element: HTMLElement, theme: Theme): void {
  if (element.dataset.theme === theme.name) return;
  element.dataset.theme = theme.name;
  element.style.cssText = `color:${theme.text};background:${theme.background};accent-color:${theme.accent};color-scheme:${theme.name};--tspyro-border:${theme.border};--tspyro-plate:${theme.plate}`;
  if (styled) return;
  styled = true;
  const sheet = document.createElement("style");
  sheet.textContent =
    ".tspyro-toolbar{display:flex;flex-wrap:wrap;align-items:center;gap:8px;padding:6px 16px 8px;position:relative;font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}" +
    ".tspyro-tools{padding:10px 16px 0}" +
    ".tspyro-toolbar button,.tspyro-toolbar :is(select,[type=search],[type=text]){font:inherit;padding:3px 12px;border:1px solid var(--tspyro-border);border-radius:5px;background:var(--tspyro-plate);color:inherit}" +
    ".tspyro-toolbar button{min-width:68px;cursor:pointer}.tspyro-toolbar button:disabled{opacity:.45;cursor:default}" +
    ".tspyro-toolbar :is(select,[type=search],[type=text]){padding:3px 6px;max-width:160px}" +
    ".tspyro-toolbar :is(button,input,select):focus-visible{outline:2px solid #3a96d0;outline-offset:2px}" +
    ".tspyro-toolbar label{display:flex;align-items:center;gap:6px}.tspyro-toolbar input{margin:0}" +
    ".tspyro-rate{flex:0 0 auto}.tspyro-rate input{width:140px}.tspyro-rate output{min-width:52px}" +
    ".tspyro-toolbar output{overflow-wrap:anywhere}.tspyro-view [data-param]{cursor:pointer}";
  document.head.append(sheet);
}
