import { describe, expect, it } from "vitest";
import { hintFor } from "./hints.ts";
import { CellSyntaxError } from "./syntax-error.ts";

describe("what to try at an error of JavaScript's own", () => {
  it.each<[string, string, RegExp]>([
    ["print('hello')", "ReferenceError: print is not defined", /console\.log/],
    ["len([1, 2])", "ReferenceError: len is not defined", /\.length/],
    ["np.array([1])", "ReferenceError: np is not defined", /tf\.tensor/],
    ["x = 5", "ReferenceError: x is not defined", /^let x = /],
    ["for (i = 0; i < 3; i++) f(i)", "ReferenceError: i is not defined", /^let i = /],
    ["for (i = 0, n = 3; i < n; i++) f(i)", "ReferenceError: n is not defined", /^let n = /],
    ["const a = 1;\n  $y = a", "ReferenceError: $y is not defined", /^let \$y = /],
    ["dist.Normal(loc=0, scale=1)", "ReferenceError: loc is not defined", /^f\(\{ loc: /],
    ["x.mean().item()", "TypeError: x.mean(...).item is not a function", /dataSync/],
    ["d.log_prob(1)", "TypeError: d.log_prob is not a function", /^logProb: /],
    ["!ls -l", "ReferenceError: ls is not defined", /execSync\("ls"\)/],
    [
      "Trace_ELBO()",
      "TypeError: Class constructor Trace_ELBO cannot be invoked without 'new'",
      /^new Trace_ELBO\(/,
    ],
    [
      "import _ from 'lodash'",
      "Error: Cannot find package 'lodash' imported from notebook.ts",
      /^%npm install lodash$/,
    ],
    ["import np from 'numpy'", "Error: Cannot find package 'numpy' imported from notebook.ts", /Python/],
  ])("%s", (source, told, expected) => {
    expect(hintFor(new Error(told), told, source)).toMatch(expected);
  });

  it.each<[string, string, number, RegExp]>([
    ["a function", "def f(x): return x", 1, /^function/],
    ["an import, found to have no end", "import torch", 2, /^import \* as/],
    ["a part of a package", "from torch import nn", 1, /^import \{/],
    ["a loop", "for i in range(10): print(i)", 1, /^for \(const/],
    ["a condition", "const x = 1\nif x > 0:\n  x", 2, /^if \(/],
    ["a plate", "with pyro.plate('data', 3):\n  x", 1, /^plate\(/],
    ["a branch", "else:", 1, /braces/],
    ["a lambda", "const f = lambda x: x", 1, /=>/],
    ["a formatted string", "const s = f'{x}'", 1, /\$\{x\}/],
    ["a comment", "# a comment", 1, /^\/\//],
    ["words for operators", "const c = a and b", 1, /&&/],
    ["an installation", "!pip install numpy", 1, /^%npm install/],
  ])("%s", (_name, source, line, expected) => {
    const error = new CellSyntaxError("Unexpected", { line, column: 1 });
    expect(hintFor(error, `SyntaxError: ${error.message}`, source)).toMatch(expected);
  });

  it.each<[string, string]>([
    ["a name that nobody knows", "ReferenceError: q is not defined"],
    ["a method that nobody knows", "TypeError: x.foo is not a function"],
    ["one that begins with a line", "TypeError: x._own is not a function"],
    ["an error of the reader's own", "RangeError: print is not defined"],
    ["a name that is compared", "ReferenceError: x is not defined"],
    ["a name that objects inherit", "ReferenceError: toString is not defined"],
  ])("nothing at %s", (_name, told) => {
    expect(hintFor(new Error(told), told, "x == 5; q(() => x => 3)")).toBeUndefined();
  });
});
