// Trains a model in a worker.
import type * as Browser from "../../../lib/browser/index.ts";
import { type Library, type ModelName, train } from "../models.ts";

const address = "/tspyro/tspyro.js";
const pyro = (await import(address)) as typeof Browser;

pyro.serveWorker(({ name, steps }: { name: ModelName | "nothing"; steps: number }) => {
  if (name === "nothing") throw new RangeError("there is no such model");
  return train(pyro as unknown as Library, name, steps, true);
});
