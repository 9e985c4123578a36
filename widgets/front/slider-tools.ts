import { formatNumber } from "../views/format.ts";
import { type Slider, slider } from "./slider.ts";
import { button, group, type Send, setText, style, type ToolBar } from "./tools.ts";

/** A number that a person may choose, as the kernel tells of it. */
export interface SliderData {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
}

/** A slider for each number that a picture depends on. */
export function sliderTools(send: Send): ToolBar {
  const element = group("Parameters");
  const keep = button("Keep as picture", () => send({ tspyro: "settle" }));
  const told = document.createElement("output");
  told.setAttribute("role", "status");
  element.append(keep, told);
  const sliders = new Map<string, Slider>();
  return {
    element,
    update(data, theme) {
      style(element, theme);
      const { inputs = [], problem = "" } = data as { inputs?: readonly SliderData[]; problem?: string };
      setText(told, problem);
      told.style.color = theme.danger;
      for (const { name, min, max, step, value } of inputs) {
        let own = sliders.get(name);
        if (own === undefined) {
          const moved = (to: number) => send({ tspyro: "input", name, value: to });
          own = slider(name, { min, max, step }, (at) => ({ shown: formatNumber(at) }), moved);
          sliders.set(name, own);
          keep.before(own.element);
        }
        own.follow(value);
      }
    },
    leave: () => element.remove(),
  };
}
