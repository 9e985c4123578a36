import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { FormulaError } from "./error.ts";
import { formula } from "./formula.ts";
import type { FormulaScope } from "./values.ts";

const x = tf.tensor1d([1, 2, 3]);
const w = tf.tensor1d([1, 2]);
const A = tf.tensor2d([
  [1, 2],
  [3, 4],
]);

interface Row {
  text: string;
  scope?: object;
  /** The part that the carets stand under. */
  part: string;
  says: RegExp;
}

const rows: Row[] = [
  {
    text: "alpha + betta * x",
    scope: { alpha: 1, beta: 2, x },
    part: "betta",
    says: /`betta` has no value.*try: `beta`/s,
  },
  { text: "a + gama", scope: { a: 1, gamma: 2 }, part: "gama", says: /try: `gamma`/ },
  { text: "2 * piu", part: "piu", says: /has no value.*try: `pi`/s },
  { text: "a + Q7 + a", scope: { a: 1 }, part: "Q7", says: /one of `a`.*try: giving it: \{ Q7: 1 \}/s },
  { text: "1 + exq(x)", scope: { x }, part: "exq", says: /no function `exq`.*try: `exp`/s },
  { text: "1 + sigmoyd(x)", scope: { x }, part: "sigmoyd", says: /try: `sigmoid`/ },
  {
    text: "besselJ(x)",
    scope: { x },
    part: "besselJ",
    says: /no function `besselJ`.*giving it: \{ besselJ: \(x\) =>/s,
  },
  { text: "1 + exp", part: "exp", says: /`exp` is a function, and is not called here/ },
  {
    text: "mean + x",
    scope: { x },
    part: "mean",
    says: /is a function, and is not called here.*or a value for `mean`/s,
  },
  { text: "1 + f", scope: { f: tf.exp }, part: "f", says: /`f` is a function.*try: calling it: f\(x\)/s },
  { text: "b = a; a = 2", part: "a", says: /`a` has no value/ },
  { text: "f(t) = g(t); f(1); g(t) = t", part: "g", says: /`g` is not defined yet|no function `g`/ },
  // Shapes.
  {
    text: "1 + (x + w) * 2",
    scope: { x, w },
    part: "x + w",
    says: /`x` of shape \[3\] and `w` of shape \[2\]/,
  },
  { text: "2 * (a = x .* w)", scope: { x, w }, part: "x .* w", says: /shapes in `x \.\* w` do not fit/ },
  {
    text: "exp(-x) - 2 w",
    scope: { x, w },
    part: "exp(-x) - 2 w",
    says: /`exp\(-x\)` of shape \[3\] and `2 w` of shape \[2\]/,
  },
  {
    text: "1 - x * x'",
    scope: { x },
    part: "x * x'",
    says: /multiplies two vectors.*try: `\.\*`.*dot\(a, b\)/s,
  },
  { text: "A * x", scope: { A, x }, part: "A * x", says: /as many columns on the left.*try: `\.\*`/s },
  { text: "1 / A", scope: { A }, part: "1 / A", says: /divides by a matrix.*`\.\/`.*inv/s },
  { text: "A^0.5", scope: { A }, part: "A^0.5", says: /no power of a matrix.*`\.\^`/s },
  { text: "B^2", scope: { B: tf.zeros([2, 3]) }, part: "B^2", says: /no power of a matrix/ },
  { text: "det(x)", scope: { x }, part: "det(x)", says: /square matrix.*`x` of shape \[3\]/s },
  { text: "dot(x, w)", scope: { x, w }, part: "dot(x, w)", says: /same length/ },
  {
    text: "x > 0 ? w : 0",
    scope: { x, w },
    part: "x > 0 ? w : 0",
    says: /`x > 0` of shape \[3\], `w` of shape \[2\]/,
  },
  { text: "[x, w]", scope: { x, w }, part: "[x, w]", says: /different shapes/ },
  { text: "sum(A, 3)", scope: { A }, part: "sum(A, 3)", says: /whole number from 1 to 2.*got: 3/s },
  { text: "sum(1, x)", scope: { x }, part: "sum(1, x)", says: /several numbers, or one tensor/ },
  { text: "max(x, w)", scope: { x, w }, part: "max(x, w)", says: /do not fit/ },
  { text: "norm(A)", scope: { A }, part: "norm(A)", says: /length of a vector/ },
  // Indices.
  { text: "1 + x[4]", scope: { x }, part: "4", says: /from 1 to 3.*got: 4/s },
  { text: "x[0]", scope: { x }, part: "0", says: /counting from 1/ },
  { text: "x[1.5]", scope: { x }, part: "1.5", says: /whole number/ },
  { text: "x[2:end + 1]", scope: { x }, part: "2:end + 1", says: /got: 4/ },
  { text: "A[1]", scope: { A }, part: "A[1]", says: /2 indices.*X\[1, :\]/s },
  { text: "x[x > 1]", scope: { x }, part: "x > 1", says: /depends on values/ },
  { text: "a[1]", scope: { a: 3 }, part: "a[1]", says: /it is a number/ },
  { text: "1:sum(x)", scope: { x }, part: "sum(x)", says: /cannot depend on tensors/ },
  // Not numbers.
  {
    text: "1 + label",
    scope: { label: "red" },
    part: "label",
    says: /`label` is not numeric.*the string "red"/s,
  },
  { text: "a + b", scope: { a: 1, b: undefined }, part: "b", says: /got: undefined/ },
  { text: "a", scope: { a: [[1, 2], [3]] }, part: "a", says: /not numbers in equal rows: \[\[1,2\],\[3\]\]/ },
  { text: "a", scope: { a: new Date(0) }, part: "a", says: /an object of Date/ },
  { text: "a", scope: { a: tf.tensor1d(["b"]) }, part: "a", says: /dtype string/ },
  {
    text: "f(x) + 1",
    scope: { x, f: () => "no" },
    part: "f(x)",
    says: /did not return a number.*the string "no"/s,
  },
  { text: "f(x) + 1", scope: { x, f: Math.sin }, part: "f(x)", says: /is a function of numbers.*tf\.sin/s },
  { text: "1 + 'text'", part: "text", says: /no strings/ },
  { text: "sqrt(2i)", part: "i", says: /no complex numbers/ },
  { text: "1 + {a: 2}", part: "", says: /no objects/ },
  { text: "p.a + 1", scope: { p: 1 }, part: "p.a", says: /no objects/ },
  { text: "(5 cm) to inch", scope: { cm: 1, inch: 2 }, part: "(5 cm) to inch", says: /no units/ },
  { text: "1 + (a | 2)", scope: { a: 1 }, part: "a | 2", says: /no operator `\|`/ },
  { text: "x[1] = 3", scope: { x }, part: "x[1] = 3", says: /assigning to a part/ },
  { text: "null + 1", part: "null", says: /no null/ },
  // Calls.
  {
    text: "1 + x(3)",
    scope: { x },
    part: "x(3)",
    says: /a value and not a function.*`x \* \(3\)`.*`x\[3\]`/s,
  },
  { text: "gamma(x)", scope: { x, gamma: 2 }, part: "gamma(x)", says: /a value and not a function/ },
  { text: "1 + erf(1, 2)", part: "erf(1, 2)", says: /wrong number of arguments.*erf\(x\).*2 arguments/s },
  { text: "log()", part: "log()", says: /log\(x, base\?\).*0 arguments/s },
  { text: "f(a, b) = a; f(1)", part: "f(1)", says: /f\(a, b\).*1 argument$/s },
  { text: "f(n) = f(n + 1); f(0)", part: "f(n + 1)", says: /calls itself without an end/ },
  {
    text: "y = 1; f(t) = t",
    part: "y = 1; f(t) = t",
    says: /is a function, and stands where a number is needed/,
  },
  // Syntax.
  { text: "1 + ", part: "", says: /cannot be read: unexpected end of expression/ },
  { text: "1 + * 2", part: "*", says: /cannot be read: value expected/ },
  { text: "(1 + 2", part: "", says: /cannot be read: parenthesis \) expected/ },
  { text: "a b ) c", part: ")", says: /cannot be read/ },
  { text: "  ", part: "", says: /empty/ },
];

function failure(text: string, scope: object): FormulaError {
  try {
    formula(text, scope as FormulaScope);
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

describe("an error points into the text", () => {
  test.each(rows.map((row) => [row.text, row] as const))("%s", (text, { scope = {}, part, says }) => {
    const error = failure(text, scope);
    expect(error.message).toMatch(says);
    const { span } = error;
    expect(span === undefined ? "" : text.slice(span.start, span.end)).toBe(part);
    if (part === "") return;
    const lines = error.message.split("\n");
    const at = lines.findIndex((line) => line.includes("^^") || /^\s+\^$/.test(line));
    const [shown = "", carets = ""] = lines.slice(at - 1, at + 1);
    expect(shown.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe(part);
    expect(shown).toContain(text);
  });
});

test("the whole text is shown, and carets under each line of the part", () => {
  const text = "a = 2\nb = (a +\n  x + w)\nb";
  expect(failure(text, { x, w }).message).toMatchInlineSnapshot(`
    "The shapes in \`a + x + w\` do not fit together (at line 2, column 6 of the formula).

        a = 2
        b = (a +
             ^^^
          x + w)
          ^^^^^
        b

      expected: sizes that are equal, or 1, in each dimension counted from the right
      got: \`a + x\` of shape [3] and \`w\` of shape [2]"
  `);
});

test("the stack begins with the message, and a name says what it is", () => {
  const error = failure("1 + y", {});
  expect(error.name).toBe("FormulaError");
  expect(error.stack?.startsWith(`FormulaError: ${error.message}\n    at `)).toBe(true);
});

test("errors of a user's function pass as they are", () => {
  const own = new RangeError("mine");
  const f = () => {
    throw own;
  };
  expect(() => formula("1 + f(2)", { f })).toThrow(own);
});

test.each([
  [() => formula("x", 3 as never), /not a scope.*got: number/s],
  [() => formula("x", [1] as never), /got: an array/],
  [() => formula(3 as never), /A formula is text.*got: number/s],
  [() => formula(formula("x") as never, {}), /got: a formula.*calling it with its scope/s],
])("a wrong call of `formula` says so (%#)", (call, says) => {
  expect(call).toThrow(says);
});
