/** What formulas are made of once they are text: trees, programs, their evaluation, and TeX. */
export { evaluate, openNames } from "./evaluate.ts";
export { loadParser } from "./parse.ts";
export { programOf } from "./program.ts";
export { nameToTex, toTex } from "./tex.ts";
