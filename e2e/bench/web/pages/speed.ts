// A page that says how long it takes.
import type * as Browser from "../../../../lib/browser/index.ts";
import { type Library, type ModelName, timeOf, train } from "../../../web/models.ts";
import { offer } from "../../../web/pages/offer.ts";
import { regression } from "../../svi/models/regression.ts";
import { microsecondsAStep } from "../../svi/windows.ts";
import { ourStep } from "../our-step.ts";

const begun = performance.now();
const address = "/tspyro/tspyro.js";
const pyro = (await import(address)) as typeof Browser;
const loaded = performance.now() - begun;
const library = pyro as unknown as Library;

const asked = {
  /** Milliseconds until the library is there, and until a first small model is trained for 100 steps. */
  load: async () => {
    const start = performance.now();
    await train(library, "coin", 100);
    return { loaded, first: loaded + performance.now() - start };
  },
  time: (name: ModelName, steps: number) => timeOf(library, name, steps),
  ours: (seconds: number) => ourStep(seconds),
  jax: async (seconds: number) => {
    const peer = "/peers/regression.js";
    const { prepare } = (await import(peer)) as {
      prepare(data: object): Promise<{ take(): Promise<void>; value: number; expected: number }>;
    };
    const { take, value, expected } = await prepare(regression.data);
    const many = async (steps: number) => {
      for (let i = 0; i < steps; i++) await take();
    };
    return { microseconds: await microsecondsAStep(seconds, many), value, expected };
  },
};
export type AskedOfSpeed = typeof asked;

offer(asked);
(document.querySelector("#state") as HTMLElement).textContent = "ready";
