// Trains models in Node, and prints what came out: `node in-node.ts <steps> <name> ...`
import * as pyro from "../../lib/index.ts";
import { type ModelName, timeOf, train } from "./models.ts";

const [steps, ...names] = process.argv.slice(2);
const found: Record<string, unknown> = {};
for (const name of names as ModelName[]) {
  const trained = await train(pyro, name, Number(steps));
  found[name] = { ...trained, microseconds: await timeOf(pyro, name, 20_000) };
}
process.stdout.write(JSON.stringify(found));
