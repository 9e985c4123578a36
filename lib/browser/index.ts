/**
 * tspyro as a page imports it: all of the library, and what only pages have.
 *
 * Steps are compiled as in Node: to JavaScript and WebAssembly, to WebAssembly alone where the page's content policy
 * forbids code from text, and for an interpreter where it forbids both (`mode` of what `svi.run` returns says which).
 *
 * Of the checks that a compiled step stands for the model, one is weaker: a page cannot look into closures, which takes
 * V8's inspector. In its place the text of model, guide and loss is searched for outer variables that it counts up or
 * collects in, and such a step stays eager. What a *helper* that they call does to its own variables is not seen
 * beforehand. Instead the step is recorded afresh after every turn of the event loop (each 40 ms of a run), because
 * nobody can tell whether other code ran meanwhile, and unless that record is the same program bit for bit the steps
 * since the last one are taken back. A helper whose state changes the result more seldom than that is the one thing
 * that Node refuses and a page does not: pass such state as an argument, or say `compile: false`.
 */
export * from "../index.ts";
export * as tf from "../tf.browser.ts";
export { useBackend } from "./backend.ts";
export { startCell } from "./cell.ts";
export { downloadParams, keepParams, recallParams, uploadParams } from "./storage.ts";
export { inWorker, type WorkerOptions, WorkerRun, type WorkerState } from "./worker/in-worker.ts";
export type { ParamValue } from "./worker/messages.ts";
export { serveWorker } from "./worker/serve.ts";
