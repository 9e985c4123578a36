import { loadCpu } from "./backends/cpu.ts";
import { quickenEngine } from "./engine.ts";
import { refuseOperators } from "./no-operators.ts";
import { refuseRaggedRows } from "./rectangular.ts";
import { registerAll } from "./register.ts";

/** What tfjs is given in Node and in a page alike, before a core is chosen. */
export function prepareTensors(): void {
  quickenEngine();
  refuseOperators();
  refuseRaggedRows();
  loadCpu();
  registerAll();
}
