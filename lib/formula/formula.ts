/**
 * Models' mathematics typed as text. mathjs parses it, once for each text; every operation then is one of tfjs, so that
 * gradients flow, and steps that use formulas can be recorded like any other code.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { kindOf, pyroError } from "../errors.ts";
import { brand, type Formula, innardsOf, isFormula } from "./compiled.ts";
import { load, loaded } from "./loaded.ts";
import type { Program } from "./program.ts";
import type { FormulaScope, FormulaValue } from "./values.ts";

export interface FormulaFunction {
  /**
   * Computes a formula in the syntax of mathjs: `formula("alpha + beta * x", { alpha, beta, x })`.
   *
   * Element by element, with broadcasting: `+ - .* ./ .^ mod`, comparisons, `and or xor not`, `c ? a : b`, functions
   * such as `exp`. Of matrices `*` is the product and `^` the power; `*` of two vectors is refused, because it could mean
   * `.*` or `dot`. Elements count from 1: `x[1]`, `X[1, :]`, `x[2:end]`. Several lines, `y = ...` and `f(x) = ...` are
   * allowed; the last line is the value.
   * @returns a float32 tensor, differentiable in every tensor of the scope
   * @throws FormulaError that points into the text
   */
  (text: string, scope: FormulaScope): tf.Tensor;
  /** A formula to be computed later, as by `formula.compile`. */
  (text: string): Formula;
  /**
   * The same as a template: `` formula`alpha + ${beta} * x`({ alpha, x }) ``. What is put in is a value (a number, a
   * tensor, a function, another formula), never text; names that are left get theirs from the call.
   */
  (strings: TemplateStringsArray, ...values: FormulaValue[]): Formula;
  /** Parses and compiles a text, for use with `evaluate(scope)`. */
  compile(text: string): Formula;
  /** Loads the parser. Needed in browsers only, once, before the first formula; elsewhere it is loaded when first used. */
  load(): Promise<void>;
}

export const formula: FormulaFunction = Object.assign(apply as Omit<FormulaFunction, "compile" | "load">, {
  compile: (text: string) => fromText(text),
  load,
}) as FormulaFunction;

function apply(first: string | TemplateStringsArray, ...values: FormulaValue[]): tf.Tensor | Formula {
  if (typeof first === "object" && "raw" in first) return fromTemplate(first, values);
  if (values.length === 0) return fromText(first);
  const scope: unknown = values[0];
  if (typeof scope !== "object" || scope === null || Array.isArray(scope)) {
    throw pyroError({
      what: "The second argument of `formula` is not a scope",
      where: "formula",
      expected: "an object of values by name, such as { alpha, beta, x }",
      got: kindOf(scope),
    });
  }
  return loaded().evaluate(programFor(first), {}, scope as FormulaScope);
}

function programFor(text: unknown): Program {
  if (typeof text === "string") return loaded().programOf(text);
  throw pyroError({
    what: "A formula is text",
    where: "formula",
    expected: 'a string, such as "alpha + beta * x"',
    got: isFormula(text) ? "a formula" : kindOf(text),
    ...(isFormula(text) ? { try: "calling it with its scope: f({ alpha, beta, x })" } : {}),
  });
}

const fromText = (text: string) => make(programFor(text), {});

function fromTemplate(strings: TemplateStringsArray, values: readonly FormulaValue[]): Formula {
  const pieces = strings.raw;
  const bound: Record<string, FormulaValue> = {};
  let text = pieces[0] ?? "";
  let count = 0;
  values.forEach((value, i) => {
    let name: string;
    do name = `v${++count}`;
    while (pieces.some((piece) => piece.includes(name)));
    bound[name] = value;
    const after = pieces[i + 1] ?? "";
    // `2${x}` is a product of two things, `a${x}` is too, and never another name.
    text += `${/[\p{L}\p{N}_$]$/u.test(text) ? " " : ""}${name}${/^[\p{L}\p{N}_$]/u.test(after) ? " " : ""}${after}`;
  });
  return make(programFor(text), bound);
}

function make(program: Program, bound: FormulaScope): Formula {
  const { text } = program;
  const { evaluate, openNames, toTex } = loaded();
  const run = (scope: FormulaScope = {}) => evaluate(program, bound, scope);
  const tex = () => toTex(program.tree, (name) => boundTex(name, bound));
  const members = {
    evaluate: run,
    text,
    names: openNames(program, bound),
    toTex: tex,
    toString: () => text,
    [brand]: { program, bound },
    [Symbol.for("Jupyter.display")]: () => ({
      "text/latex": `$\\displaystyle ${tex()}$`,
      "text/plain": text,
    }),
    [Symbol.for("nodejs.util.inspect.custom")]: () => `formula(${JSON.stringify(text)})`,
  };
  return Object.assign((scope?: FormulaScope) => run(scope), members);
}

/** Numbers show themselves, functions their names, other formulas what they are. */
function boundTex(name: string, bound: FormulaScope): string | undefined {
  if (!Object.hasOwn(bound, name)) return undefined;
  const value = bound[name];
  const { nameToTex, toTex } = loaded();
  if (typeof value === "number") return value < 0 ? `\\left(${value}\\right)` : String(value);
  if (isFormula(value)) {
    const { program, bound: inner } = innardsOf(value);
    return `\\left(${toTex(program.tree, (one) => boundTex(one, inner))}\\right)`;
  }
  return typeof value === "function" && value.name !== "" ? nameToTex(value.name) : undefined;
}
