import type * as helpers from "./notebook-globals.ts";

/**
 * What a fresh notebook has in scope without an import: one list, used for the types (prelude.ts) and, at run time,
 * by kernel/session. Later groups win over earlier ones: names of the library (`tf` is among them), modules, the
 * notebook's own helpers.
 */
export const PRELUDE_MODULES = {
  Plot: "@observablehq/plot",
  math: "mathjs",
  widgets: "tspyro/widgets",
} as const;

/** Loaded when a cell first names them: half a second and 8000 lines of types. */
export const LAZY_MODULES: readonly string[] = ["math"];

/** What of `tspyro/widgets` is in scope by itself, beside `widgets`. */
export const WIDGET_NAMES = [
  "calibrationPlot",
  "dashboard",
  "density",
  "distributionSliders",
  "elboCurve",
  "forestPlot",
  "optimizerPath",
  "pairsPlot",
  "particleSpread",
  "paramStoreView",
  "posteriorPlot",
  "predictiveCheck",
  "rankPlot",
  "renderModel",
  "traceGraph",
  "tracePlot",
  "traceView",
] as const;

/** The library as one object, beside each of its names. */
export const LIBRARY_NAME = "pyro";

export const NOTEBOOK_NAMES = Object.keys({
  display: true,
  clearOutput: true,
  prompt: true,
  confirm: true,
  setNextInput: true,
  onCellStart: true,
  onCellEnd: true,
  invalidation: true,
  table: true,
  FileAttachment: true,
  md: true,
  html: true,
  svg: true,
  tex: true,
} satisfies Record<keyof typeof helpers, true>) as (keyof typeof helpers)[];

/** Every name in scope, given the names that the library exports. */
export function preludeNames(libraryNames: Iterable<string>): string[] {
  const own = [...libraryNames].filter((name) => name !== "default");
  return [
    ...new Set([...own, ...WIDGET_NAMES, LIBRARY_NAME, ...Object.keys(PRELUDE_MODULES), ...NOTEBOOK_NAMES]),
  ];
}
