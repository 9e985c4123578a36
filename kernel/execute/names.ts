/**
 * V8's top level is shared by all modules of the process: a cell's `const URL` would replace `URL` in the kernel's own
 * modules. Names that exist globally, or that libraries look for to find out where they run, are therefore renamed in
 * cells. The new name has an invisible joiner at its end, so that error messages still read right.
 */
const joiner = "\u200d";

/** Names that packages sniff for with `typeof`. */
const sniffed = [
  "window",
  "document",
  "self",
  "module",
  "exports",
  "require",
  "define",
  "importScripts",
  "Deno",
  "Bun",
  "jest",
  "ActiveXObject",
  "XMLHttpRequest",
  "__dirname",
  "__filename",
  "_",
];

const reserved = new Set([...Object.getOwnPropertyNames(globalThis), ...sniffed]);

/** The name by which V8 knows the notebook's `name`. */
export function internalName(name: string): string {
  return reserved.has(name) || name in Object.prototype ? name + joiner : name;
}

/** The notebook's name that V8 knows by this one. */
export function writtenName(name: string): string {
  return name.endsWith(joiner) ? name.slice(0, -joiner.length) : name;
}

/** A name that reads like this one and that no cell can declare. */
export function unknownName(name: string): string {
  return internalName(name) === name ? name + joiner : name;
}

/** Whether code means a global by `name` unless the notebook declares it. */
export function isGlobal(name: string): boolean {
  return name in globalThis;
}

/** The scripts of cells are named by this and the number of their execution. */
export const scriptPrefix = "tspyro-cell:";

/** What the kernel's own code in a cell is called; the joiner keeps it apart from all that people write. */
export const kernelName = {
  flag: `$flag${joiner}`,
  interrupt: `$interrupt${joiner}`,
  wait: `$await${joiner}`,
  each: `$each${joiner}`,
  result: `$result${joiner}`,
  load: `$import${joiner}`,
  meta: `$meta${joiner}`,
  invalidation: `$invalidation${joiner}`,
  debug: `$debug${joiner}`,
} as const;
