import * as tf from "@tensorflow/tfjs-core";
import { Shown } from "../host/shown.ts";

/** Milliseconds between two pictures of the same view. */
const INTERVAL = 50;

/**
 * A value as something that a page, or a cell of Observable, can show: a view becomes an element that is drawn anew as
 * its data change, at most 20 times a second; an element stays what it is; anything else is text.
 *
 * @param invalidation when this resolves the view no longer follows its data (in Observable: `invalidation`)
 *
 * @example
 * display(shown(elboCurve(svi), invalidation));
 * await svi.run(2000);
 */
export function shown(value: unknown, invalidation?: Promise<unknown>): unknown {
  if (value instanceof Shown) return followed(value, invalidation);
  if (value instanceof tf.Tensor) return text(value.toString());
  const html = (value as { toHTML?: () => string } | null | undefined)?.toHTML;
  if (typeof html === "function" && !(value instanceof Node)) {
    const place = document.createElement("div");
    place.innerHTML = html.call(value);
    return place;
  }
  return value;
}

/** What `console.log` would write, as text under the cell. */
export function printed(...values: readonly unknown[]): HTMLElement {
  return text(values.map(asText).join(" "));
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof tf.Tensor || value instanceof Error) return String(value);
  if (typeof value !== "object" || value === null) return String(value);
  const own = Object.prototype.toString !== (value as object).toString && !Array.isArray(value);
  return own ? String(value) : JSON.stringify(value);
}

function text(content: string): HTMLElement {
  const pre = document.createElement("pre");
  pre.className = "tspyro-printed";
  pre.style.margin = "0";
  pre.textContent = content;
  return pre;
}

function followed(view: Shown, invalidation: Promise<unknown> | undefined): HTMLElement {
  const place = document.createElement("div");
  place.className = "tspyro-view";
  let wanted = false;
  let drawing = false;
  const draw = async () => {
    drawing = true;
    while (wanted) {
      wanted = false;
      try {
        // Before it is in the page nobody knows how much room there is.
        place.replaceChildren(await view.toElement(place.clientWidth || undefined));
      } catch (error) {
        place.replaceChildren(text(String(error)));
      }
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
    drawing = false;
  };
  const ask = () => {
    wanted = true;
    if (!drawing) void draw();
  };
  ask();
  const end = view.follow(ask);
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    ask();
  });
  sized.observe(place);
  void invalidation?.then(() => {
    end();
    sized.disconnect();
  });
  return place;
}
