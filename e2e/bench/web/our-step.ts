import { optim, SVI, setRngSeed } from "../../../lib/index.ts";
import { tensor } from "../svi/fixed.ts";
import { regression } from "../svi/models/regression.ts";
import { microsecondsAStep } from "../svi/windows.ts";

/** Microseconds of a whole step of the regression: draws, loss, gradient and Adam. */
export async function ourStep(seconds: number): Promise<number> {
  const { data, model, guide, adam } = regression;
  setRngSeed(0);
  const args = Object.values(data).map(tensor);
  const svi = new SVI(model, guide, new optim.Adam(adam), "ELBO");
  return microsecondsAStep(seconds, (steps) => svi.run(steps, { args, progress: false }));
}
