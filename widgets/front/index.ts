/**
 * The browser module: shows any view live. A model says which view (`view`), gives its data (`data`, typed
 * arrays as binary buffers) and how the run stands (`run`); the same pure functions draw here and in Node.
 */

import type { Tools } from "../host/types.ts";
import { chains } from "../views/chains.ts";
import { dashboard } from "../views/dashboard.ts";
import { type DensityData, density } from "../views/density.ts";
import { elboCurve } from "../views/elbo-curve.ts";
import { type MassData, mass } from "../views/mass.ts";
import { paramTable } from "../views/param-table.ts";
import type { ViewOptions } from "../views/svg.ts";
import { themeOf } from "../views/theme.ts";
import { traceSites } from "../views/trace-sites.ts";
import { decode } from "./decode.ts";
import { goneNote } from "./gone-note.ts";
import { type WatchedModel, watchKernel } from "./kernel-watch.ts";
import { paramTools } from "./param-tools.ts";
import { redraw } from "./schedule.ts";
import { sliderTools } from "./slider-tools.ts";
import { pageTheme, watchTheme } from "./theme.ts";
import { type Control, type RunStatus, toolbar } from "./toolbar.ts";

/** What anywidget hands to `render`. */
export interface WidgetContext {
  model: WatchedModel & {
    get(key: string): unknown;
    send(content: unknown): void;
  };
  el: HTMLElement;
}

type View = (data: never, options: ViewOptions) => Element;

/** Views by name; one without a picture of its own is only its toolbar. */
const views: Readonly<Record<string, View | undefined>> = {
  "elbo-curve": elboCurve,
  "param-table": paramTable,
  chains,
  dashboard,
  density,
  "trace-sites": traceSites,
  distribution: (data: DensityData | MassData, options: ViewOptions) =>
    "values" in data ? mass(data, options) : density(data, options),
};

const toolsOf = { params: paramTools, sliders: sliderTools } satisfies Record<Tools, unknown>;

function render({ model, el }: WidgetContext): () => void {
  const view = views[String(model.get("view"))];
  const picture = document.createElement("div");
  picture.style.overflowX = "auto";
  const frame = document.createElement("div");
  frame.className = "tspyro-view";
  const make = toolsOf[model.get("tools") as Tools];
  const tools = make?.(
    (message) => model.send(message),
    () => request(),
  );
  if (tools) frame.append(tools.element);
  picture.addEventListener("click", ({ target }) => {
    if (target instanceof Element) tools?.clicked?.(target);
  });
  frame.append(picture);
  const controls = (model.get("controls") ?? []) as readonly Control[];
  const bar =
    controls.length > 0
      ? toolbar(controls, (tspyro, value) => model.send({ tspyro, ...(value !== undefined && { value }) }))
      : undefined;
  if (bar) frame.append(bar.element);
  el.append(frame);

  const queue = redraw(frame, () => {
    const theme = pageTheme();
    frame.style.cssText = `background:${themeOf(theme).background};border-radius:6px;max-width:${widest + 32}px;overflow:hidden`;
    const data = decode(model.get("data"));
    if (view && data) {
      const width = Math.max(narrowest, Math.min(widest, frame.clientWidth || widest));
      tools?.update(data, themeOf(theme));
      picture.replaceChildren(view((tools?.shown?.(data) ?? data) as never, { document, theme, width }));
      picture.style.padding = view === paramTable || view === traceSites ? "4px 16px 12px" : "0";
    }
    bar?.update((decode(model.get("run")) as RunStatus | null) ?? undefined, scaleOf(data));
    if (note) note.style.color = themeOf(theme).text;
  });
  const request = () => queue.request();
  let note: HTMLElement | undefined;
  const unwatchKernel = watchKernel(model, el, () => {
    bar?.leave();
    tools?.leave();
    note = goneNote();
    frame.append(note);
    request();
  });
  model.on("change:data", request);
  model.on("change:run", request);
  const unwatch = watchTheme(request);
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    request();
  });
  observer.observe(frame);
  request();
  return () => {
    queue.stop();
    model.off("change:data", request);
    model.off("change:run", request);
    unwatch();
    unwatchKernel();
    observer.disconnect();
  };
}

/** Scale of the axis of the loss, where a view has one. */
function scaleOf(data: unknown): string | undefined {
  const { scale, loss } = (data ?? {}) as { scale?: string; loss?: { scale?: string } };
  return scale ?? loss?.scale;
}

const widest = 680;
const narrowest = 300;

export default { render };
