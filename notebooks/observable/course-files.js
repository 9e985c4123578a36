// The files that the course's notebooks read, for a page: what they ask of `node:fs` and `node:module` is answered here.
import penguins from "./data/penguins.csv?raw";

const files = { "@observablehq/sample-datasets/penguins.csv": penguins };

export function createRequire() {
  return Object.assign(() => {}, { resolve: (name) => name });
}

export function readFileSync(name) {
  const text = files[name];
  if (text === undefined) throw new Error(`The page has no file ${name}; it has ${Object.keys(files).join(", ")}.`);
  return text;
}
