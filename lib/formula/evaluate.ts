/** Computes a formula with values for its names. */
import * as tf from "@tensorflow/tfjs-core";
import { nearest } from "../nearest.ts";
import { type Formula, innardsOf, isFormula } from "./compiled.ts";
import { Frame } from "./frame.ts";
import { constants, functions } from "./functions.ts";
import { fromOutside } from "./given.ts";
import type { SymbolNode } from "./nodes.ts";
import type { Program } from "./program.ts";
import type { FormulaScope } from "./values.ts";

/**
 * @param bound values that belong to the formula itself; they win over those of the scope
 * @returns a new tensor; all others that were made on the way are freed
 */
export function evaluate(program: Program, bound: FormulaScope, scope: FormulaScope): tf.Tensor {
  return tf.tidy(() => {
    const result = compute(program, bound, scope);
    // Disposing the result must not dispose what was given.
    return isGiven(result, bound) || isGiven(result, scope) ? tf.clone(result) : result;
  });
}

const isGiven = (x: tf.Tensor, scope: FormulaScope) => Object.values(scope).some((value) => value === x);

function compute(program: Program, bound: FormulaScope, scope: FormulaScope): tf.Tensor {
  const frame = new Frame();
  for (const [name, node] of program.names) {
    const values = Object.hasOwn(bound, name) ? bound : Object.hasOwn(scope, name) ? scope : undefined;
    if (values !== undefined) {
      const site = program.source.at(node);
      const inner = (other: Formula) => {
        const { program: otherProgram, bound: otherBound } = innardsOf(other);
        return compute(otherProgram, otherBound, scope);
      };
      frame.set(name, fromOutside(name, values[name], site, inner));
    } else if (program.free.get(name) !== undefined) {
      throw unknownName(program, name, scope);
    }
  }
  return program.run(frame);
}

function unknownName(program: Program, name: string, scope: FormulaScope): Error {
  const node = program.free.get(name) as SymbolNode;
  const site = program.source.at(node);
  const given = Object.keys(scope);
  const isCalled = program.source.isCalled(node);
  if (name === "i") {
    return site.error({
      what: "`i` has no value: formulas have no complex numbers",
      expected: "real numbers",
      got: "i",
      try: "a value for `i` in the scope, if it is a variable of yours",
    });
  }
  if (!isCalled && Object.hasOwn(functions, name)) {
    return site.error({
      what: `\`${name}\` is a function, and is not called here`,
      expected: `${functions[name]?.usage}, or a value for \`${name}\` in the scope`,
      got: `\`${name}\` without parentheses`,
    });
  }
  const unused = given.filter((one) => !program.names.has(one));
  const others = [...given, ...(isCalled ? Object.keys(functions) : Object.keys(constants))];
  const near = nearest(name, unused) ?? nearest(name, others);
  return site.error({
    what: isCalled ? `There is no function \`${name}\`` : `\`${name}\` has no value`,
    expected: isCalled
      ? "a function of formulas, or one in the scope"
      : given.length === 0
        ? "a scope with values, such as `{ x: 1 }`"
        : `one of ${given.map((one) => `\`${one}\``).join(", ")}, or a constant`,
    got: name,
    try: near === undefined ? hint(name, isCalled) : `\`${near}\``,
  });
}

function hint(name: string, isCalled: boolean): string {
  return isCalled ? `giving it: { ${name}: (x) => tf.square(x) }` : `giving it: { ${name}: 1 }`;
}

/** The names of a formula for which its user still has to give values. */
export function openNames(program: Program, bound: FormulaScope): string[] {
  const names = new Set<string>();
  for (const name of program.free.keys()) {
    const value = Object.hasOwn(bound, name) ? bound[name] : undefined;
    if (isFormula(value)) for (const inner of value.names) names.add(inner);
    else if (!Object.hasOwn(bound, name)) names.add(name);
  }
  return [...names];
}
