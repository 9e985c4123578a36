import { types } from "node:util";
import { accessed, dataOf, isObject } from "./reading.ts";

type Bundle = Record<string, unknown>;

interface MathNode {
  toTex(): string;
}

/** Expressions of mathjs as LaTeX; its matrices, units and fractions as mathjs writes them. */
export function mathBundle(value: unknown): Bundle | undefined {
  if (!isObject(value) || types.isProxy(value)) return undefined;
  if (accessed(value, "isNode") === true && typeof dataOf(value, "toTex") === "function") {
    const source = (value as MathNode).toTex();
    return { "text/latex": `$\\displaystyle ${source}$`, "text/plain": String(value) };
  }
  const type = accessed(value, "type");
  if (typeof type !== "string" || accessed(value, `is${type}`) !== true) return undefined;
  return { "text/plain": String(value) };
}
