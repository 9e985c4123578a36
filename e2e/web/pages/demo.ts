// A page with the demos that a test puts into it.
import type * as Browser from "../../../lib/browser/index.ts";
import type { TspyroDemo } from "../../../widgets/page/demo/index.ts";
import { offer } from "./offer.ts";

const [script, library] = ["/tspyro/tspyro-demo.js", "/tspyro/tspyro.js"];
await import(script);
const main = document.querySelector("main") as HTMLElement;
const demo = (id: string) => document.getElementById(id) as TspyroDemo;
let removed: WeakRef<TspyroDemo> | undefined;

const asked = {
  put: (id: string, attributes: Record<string, string>) => {
    const element = Object.assign(document.createElement("tspyro-demo"), { id });
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    main.append(element);
  },
  change: (id: string, name: string, value: string) => demo(id).setAttribute(name, value),
  /** Trains one, and pauses it as soon as it has taken steps: no test is quick enough. @returns how many */
  begin: async (id: string) => {
    const element = demo(id);
    element.train();
    while (element.losses.length === 0) await new Promise((resolve) => setTimeout(resolve));
    element.pause();
    return element.losses.length;
  },
  /** Takes one out of the page, and keeps no hold of it. */
  remove: (id: string) => {
    removed = new WeakRef(demo(id));
    demo(id).remove();
  },
  learnt: (id: string) => ({ params: demo(id).params, losses: [...demo(id).losses] }),
  /** What is left of the one that was taken out: parameters of the page's store, and itself. */
  left: async () => {
    const { getParamStore } = (await import(library)) as typeof Browser;
    return { params: [...getParamStore().keys()].length, element: removed?.deref() !== undefined };
  },
};
export type AskedOfDemo = typeof asked;

offer(asked);
(document.querySelector("#state") as HTMLElement).textContent = "ready";
