import { type PyroError, pyroError } from "../errors.ts";

export function notLoaded(): PyroError {
  return pyroError({
    what: "The parser of formulas is not loaded",
    expected: "`await formula.load()` once, before the first formula",
    got: "a browser, where nothing can be loaded at once",
    try: "await formula.load()",
  });
}
