// Trains the models of `<tspyro-demo>` in Node, each in one go, and prints what came out: `node demo-in-node.ts <steps>`
import * as library from "../../lib/browser/index.ts";
import { modelNamed } from "../../widgets/page/demo/models/index.ts";

const [steps, ...names] = process.argv.slice(2);
const learnt: Record<string, unknown> = {};
for (const name of names) {
  library.clearParamStore();
  library.setRngSeed(0);
  const { model, guide, lr } = modelNamed(name)(library, library.param);
  const svi = new library.SVI(model, guide, new library.optim.Adam({ lr }), "ELBO");
  const { losses } = await svi.run(Number(steps), { progress: false });
  const params = [...library.getParamStore().entries()].map(([key, value]) => [key, [...value.dataSync()]]);
  learnt[name] = { params: Object.fromEntries(params), losses: [...losses] };
}
process.stdout.write(JSON.stringify(learnt));
