/**
 * The names of a fresh notebook, for a notebook in a page: the library, its views, Plot, and what shows values.
 * `value` is `shown`, for the value of a cell's last expression.
 */
export * as Plot from "@observablehq/plot";
export * from "../../lib/browser/index.ts";
export * as pyro from "../../lib/browser/index.ts";
export * as widgets from "./index.ts";
export * from "./index.ts";
export { shown as value } from "./shown.ts";
export { table } from "./table.ts";
