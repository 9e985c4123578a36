/**
 * The names of a fresh notebook, for a notebook in a page: the library, its views, Plot, and what shows values.
 * What a converted cell shows or prints goes through `cellView`, `cellValue` (of its last expression) and `cellText`.
 */
export * as Plot from "@observablehq/plot";
export * from "../../lib/browser/index.ts";
export * as pyro from "../../lib/browser/index.ts";
export * as widgets from "./index.ts";
export * from "./index.ts";
export { printed as cellText, shown as cellValue, shown as cellView } from "./shown.ts";
export { table } from "./table.ts";
