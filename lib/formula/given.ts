/** Values from outside, made into those of a formula. */
import type * as tf from "@tensorflow/tfjs-core";
import { isTensor, NoNumberError, type Numeric, toTensor } from "../tensor/index.ts";
import { type Formula, isFormula } from "./compiled.ts";
import type { Site } from "./source.ts";
import { asTensor, type Callee, type FormulaValue, quantity, type Value } from "./values.ts";

/**
 * @param compute gives the value of another formula, in the scope of this one
 * @throws FormulaError naming what is neither numeric nor a function
 */
export function fromOutside(
  name: string,
  given: unknown,
  site: Site,
  compute: (inner: Formula) => Value,
): Value {
  if (typeof given === "number") return given;
  if (typeof given === "boolean") return Number(given);
  if (isFormula(given)) return compute(given);
  if (typeof given === "function") return calleeOf(name, given as (...args: tf.Tensor[]) => FormulaValue);
  return numeric(`\`${name}\` is not numeric`, given, site);
}

function numeric(what: string, given: unknown, site: Site): Value {
  const isComplex = isTensor(given) && (given.dtype === "string" || given.dtype === "complex64");
  if (!isComplex) {
    if (isTensor(given)) return given;
    try {
      return typeof given === "number" ? given : toTensor(given as Numeric);
    } catch {
      // Said below, with the place.
    }
  }
  throw site.error({
    what,
    expected: "a number, a tensor, a (nested) array of numbers, or a function of these",
    got: kindOf(given),
  });
}

function calleeOf(name: string, f: (...args: tf.Tensor[]) => unknown): Callee {
  const usage = `${name}(${Array.from({ length: Math.max(f.length, 1) }, (_, i) => "xyzuvw"[i] ?? `x${i}`).join(", ")})`;
  return {
    kind: "function",
    usage,
    call: (args, site) => {
      const tensors = args.map((arg) => asTensor(quantity(arg, site)));
      let result: unknown;
      try {
        result = f(...tensors);
      } catch (error) {
        throw error instanceof NoNumberError ? notOfTensors(usage, site, error) : error;
      }
      return numeric(`\`${site.text}\` did not return a number or a tensor`, result, site);
    },
  };
}

/** `Math.sin` and its like are. */
function notOfTensors(usage: string, site: Site, cause: NoNumberError): Error {
  return site.error({
    what: `\`${site.text}\` is a function of numbers`,
    expected: `\`${usage}\` to compute with tensors: formulas call it with them, never with numbers`,
    try: "the function of tfjs of the same name: tf.sin in place of Math.sin",
    cause,
  });
}

function kindOf(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (isTensor(x)) return `a tensor of dtype ${x.dtype}`;
  if (typeof x === "string") return `the string ${JSON.stringify(x)}`;
  if (Array.isArray(x)) return `an array that is not numbers in equal rows: ${shortened(JSON.stringify(x))}`;
  if (typeof x === "object") return `an object of ${x.constructor?.name ?? "no class"}`;
  return `${typeof x} ${String(x)}`;
}

const shortened = (text = "") => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
