// A page that lets a worker train, and answers its slider meanwhile.
import type * as Browser from "../../../lib/browser/index.ts";
import type * as Views from "../../../widgets/views/index.ts";
import type { ModelName, Trained } from "../models.ts";
import { offer } from "./offer.ts";

const [library, pictures] = ["/tspyro/tspyro.js", "/tspyro/tspyro-views.js"];
const pyro = (await import(library)) as typeof Browser;
const views = (await import(pictures)) as typeof Views;

const at = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const slider = at<HTMLInputElement>("#slider");
const delays: number[] = [];
slider.addEventListener("input", (event) => {
  at("#shown").textContent = slider.value;
  delays.push(performance.now() - event.timeStamp);
});

let run: Browser.WorkerRun<Trained> | undefined;

async function follow(): Promise<number> {
  let pictures = 0;
  for await (const { losses, total } of run ?? []) {
    at("#curve").replaceChildren(views.elboCurve({ runs: [{ losses }], total }, { document }));
    pictures++;
  }
  return pictures;
}

const asked = {
  start: (name: ModelName | "nothing", steps: number) => {
    run = pyro.inWorker<Trained>(new URL("worker-train.js", import.meta.url), { input: { name, steps } });
  },
  /** Draws the curve as it grows, until it is over. @returns how often */
  follow,
  step: () => run?.state?.step ?? 0,
  pause: () => run?.pause(),
  resume: () => run?.resume(),
  stop: () => run?.stop(),
  terminate: () => run?.terminate(),
  result: async () => {
    const trained = await run?.result;
    const stored = [...pyro.getParamStore().entries()].map(([name, value]) => [name, [...value.dataSync()]]);
    return { ...(trained as Trained), stored: Object.fromEntries(stored) as Trained["params"] };
  },
  failed: async () =>
    run?.result.then(() => undefined).catch((error: Error) => `${error.name}: ${error.message}`),
  /** Milliseconds from each input to the end of what the page did about it. */
  delays: () => delays.splice(0),
};
export type AskedOfWorker = typeof asked;

offer(asked);
at("#state").textContent = "ready";
