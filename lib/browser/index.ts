/** tspyro as a page imports it: all of the library, and what only pages have. */
export * from "../index.ts";
export * as tf from "../tf.browser.ts";
export { useBackend } from "./backend.ts";
