/**
 * A demo for lecture slides, as an element of HTML. Importing this defines it: so a script tag is all that a slide needs.
 *
 *     <script type="module" src="tspyro/tspyro-demo.js"></script>
 *     <tspyro-demo model="coin"></tspyro-demo>
 */
import { TspyroDemo } from "./element.ts";

if (customElements.get("tspyro-demo") === undefined) customElements.define("tspyro-demo", TspyroDemo);

export { TspyroDemo } from "./element.ts";
export type { DemoModel, MakeDemoModel, Quantity } from "./model.ts";
export { defineModel } from "./models/index.ts";
