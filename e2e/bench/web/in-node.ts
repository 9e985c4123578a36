// What a page is measured beside: the same steps in Node. Prints microseconds.
import * as pyro from "../../../lib/index.ts";
import { type ModelName, timeOf } from "../../web/models.ts";

const [steps, ...names] = process.argv.slice(2);
const found: Record<string, number> = {};
for (const name of names as ModelName[]) found[name] = await timeOf(pyro, name, Number(steps));
process.stdout.write(JSON.stringify(found));
