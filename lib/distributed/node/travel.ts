/**
 * Values on their way to another process: what V8 serializes, and beside it tensors, and functions as their text. A
 * function leaves its closure behind, so one that uses a variable of a cell is refused by that variable's name.
 */
import { deserialize, serialize } from "node:v8";
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { sourceReader } from "../launch/events.ts";

/** Stands under this key, which nobody else has, for a tensor or a function. */
const KEY = "\u200dtspyro";
type Traveller =
  | { readonly kind: "tensor"; readonly content: TensorContent }
  | { readonly kind: "function"; readonly content: FunctionContent };
const traveller = (one: Traveller) => ({ [KEY]: one });

interface TensorContent {
  readonly values: ArrayLike<number> | readonly string[];
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

export interface FunctionContent {
  readonly source: string;
  readonly name: string;
}

/**
 * @param what how a person knows the value, such as "args[0]"
 * @throws where something in it cannot travel
 */
export function pack(value: unknown, what: string): Uint8Array {
  const packed = replaced(value, new Map(), what);
  try {
    return serialize(packed);
  } catch (error) {
    throw pyroError({
      what: `${what} cannot travel to another process`,
      where: "distributed.launch",
      expected: "JSON, typed arrays, maps, sets, dates, tensors and functions of these",
      got: (error as Error).message,
    });
  }
}

function replaced(value: unknown, known: Map<object, unknown>, path: string): unknown {
  if (typeof value === "function")
    return traveller({ kind: "function", content: functionContent(value, path) });
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (value instanceof tf.Tensor) {
    const { shape, dtype } = value;
    const out = traveller({ kind: "tensor", content: { values: value.dataSync(), shape, dtype } });
    known.set(value, out);
    return out;
  }
  if (Array.isArray(value)) {
    const out: unknown[] = [];
    known.set(value, out);
    value.forEach((one, i) => {
      out[i] = replaced(one, known, `${path}[${i}]`);
    });
    return out;
  }
  if (value instanceof Map) {
    const out = new Map<unknown, unknown>();
    known.set(value, out);
    for (const [key, one] of value) out.set(key, replaced(one, known, `${path}.get(${String(key)})`));
    return out;
  }
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return value;
  const out: Record<string, unknown> = {};
  known.set(value, out);
  for (const [key, one] of Object.entries(value)) {
    const own = { value: replaced(one, known, `${path}.${key}`), enumerable: true };
    Object.defineProperty(out, key, { ...own, writable: true, configurable: true });
  }
  return out;
}

/** A function's text, as an expression. @throws where it is not written in JavaScript, or leaves something behind */
export function functionContent(f: { readonly name: string }, what: string): FunctionContent {
  const text = Function.prototype.toString.call(f);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw pyroError({
      what: `${what} has no text that could travel to another process`,
      where: "distributed.launch",
      expected: "a function that is written in TypeScript or JavaScript, not bound",
      got: f.name === "" ? "a native function" : `the native function ${f.name}`,
      try: "(...args) => f(...args), with f in args",
    });
  }
  const source = asExpression(text);
  const left = sourceReader()
    ?.captured(source)
    .filter((name) => name !== f.name);
  if (left !== undefined && left.length > 0) throw leftBehind(left, what);
  return { source, name: f.name };
}

/** Methods are no expressions by themselves. */
function asExpression(text: string): string {
  const parses = (code: string) => {
    try {
      new Function(`"use strict"; return async () => (${code}\n)`);
      return true;
    } catch {
      return false;
    }
  };
  if (parses(text)) return text;
  const method = `Object.values({ ${text} })[0]`;
  return parses(method) ? method : text;
}

/** Variables that a function has captured. */
export function leftBehind(names: readonly string[], what: string): Error {
  const several = names.length > 1;
  const list = names.map((name) => `"${name}"`).join(", ");
  return pyroError({
    what: `${what} uses ${several ? "the variables" : "the variable"} ${list}, which ${several ? "stay" : "stays"} behind: a function travels to the ranks as its text`,
    where: "distributed.launch",
    expected: "the library's names, and what the function declares or is given",
    got: list,
    try: `launch((${names.join(", ")}) => ..., { np, args: [${names.join(", ")}] }); functions may stand in args too, and packages come by await import(...) inside`,
  });
}

/**
 * What `pack` has packed.
 * @param evaluate makes a function out of its text
 */
export function unpack(bytes: Uint8Array, evaluate: (content: FunctionContent) => unknown): unknown {
  const back = (value: unknown, known: Map<object, unknown>): unknown => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    const before = known.get(value);
    if (before !== undefined) return before;
    const one = (value as { [KEY]?: Traveller })[KEY];
    if (one !== undefined) {
      const made = one.kind === "function" ? evaluate(one.content) : tensor(one.content);
      known.set(value, made);
      return made;
    }
    known.set(value, value);
    if (Array.isArray(value)) {
      for (const [i, one] of value.entries()) value[i] = back(one, known);
    } else if (value instanceof Map) {
      for (const [key, one] of value) value.set(key, back(one, known));
    } else {
      for (const [key, one] of Object.entries(value))
        (value as Record<string, unknown>)[key] = back(one, known);
    }
    return value;
  };
  return back(deserialize(bytes), new Map());
}

function tensor({ values, shape, dtype }: TensorContent): tf.Tensor {
  return tf.tensor(values as tf.TypedArray, [...shape], dtype);
}
