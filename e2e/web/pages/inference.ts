// A page that trains the models of the tests when it is asked to.
import type * as Browser from "../../../lib/browser/index.ts";
import { type Library, type ModelName, timeOf, train } from "../models.ts";
import { offer } from "./offer.ts";

let violations = 0;
document.addEventListener("securitypolicyviolation", () => {
  violations++;
});

const address = "/tspyro/tspyro.js";
const pyro = (await import(address)) as typeof Browser;
const library = pyro as unknown as Library;

const values = () =>
  Object.fromEntries(
    [...pyro.getParamStore().entries()].map(([name, value]) => [name, [...value.dataSync()]]),
  );

const asked = {
  /** How often something was refused by the page's content policy. */
  violations: () => violations,
  train: (name: ModelName, steps: number) => train(library, name, steps),
  time: (name: ModelName, steps: number) => timeOf(library, name, steps),
  backend: async (name: "cpu" | "wasm") => {
    await pyro.useBackend(name);
    return pyro.backendReason();
  },
  keep: (name: string) => pyro.keepParams(name),
  recall: async (name: string) => {
    pyro.clearParamStore();
    await pyro.recallParams(name);
    return values();
  },
  download: () => pyro.downloadParams("coin.json"),
  upload: async (text: string) => {
    pyro.clearParamStore();
    await pyro.uploadParams(new Blob([text]));
    return values();
  },
  /** NUTS on z ~ N(1, 2), without data. */
  sample: async () => {
    pyro.setRngSeed(1);
    const kernel = new pyro.NUTS(() => pyro.sample("z", pyro.dist.Normal(1, 2)));
    const mcmc = new pyro.MCMC(kernel, { numSamples: 500, warmupSteps: 300, progress: false });
    await mcmc.run();
    return [...(mcmc.getSamples().z?.dataSync() ?? [])];
  },
  /** What is said of mistakes with tensors. */
  mistakes: () => {
    const number = pyro.tf.ones([2]) as unknown as number;
    return [() => number * 2, () => pyro.tf.tensor([[1, 2], [3]])].map((make) => {
      try {
        return String(make());
      } catch (error) {
        return String(error);
      }
    });
  },
  formula: async () => {
    await pyro.formula.load();
    return [...pyro.formula("2 * x + 1", { x: [1, 2] }).dataSync()];
  },
};
export type Asked = typeof asked;

offer(asked);
(document.querySelector("#state") as HTMLElement).textContent = "ready";
