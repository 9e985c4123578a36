/** The same in a page, where most models are never sampled from. */
import type { Engine } from "./engine.ts";

let loaded: Engine | undefined;

export function loadEngine(): Engine | Promise<Engine> {
  return loaded ?? fetched();
}

async function fetched(): Promise<Engine> {
  loaded = await import("./sampling.ts");
  return loaded;
}

export function engine(): Engine {
  if (loaded === undefined) throw new Error("Transitions are made by a run of MCMC.");
  return loaded;
}
