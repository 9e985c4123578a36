import { inspect, types } from "node:util";
import { cut } from "./escape.ts";
import { dataOf, isObject } from "./reading.ts";

/** Objects that are better said by Node than taken apart: dates, patterns, promises, proxies, what says itself. */
function isSpecial(value: object): boolean {
  if (types.isProxy(value)) return true;
  if (typeof dataOf(value, inspect.custom) === "function") return true;
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isNativeError(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isDataView(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isGeneratorObject(value) ||
    types.isExternal(value)
  );
}

const limit = 4000;

/** What such an object says of itself; undefined for all others, and where it fails to. */
export function specialText(value: unknown): string | undefined {
  if (!isObject(value) || !isSpecial(value)) return undefined;
  try {
    const text = inspect(value, {
      depth: 1,
      maxArrayLength: 10,
      maxStringLength: 200,
      breakLength: 100,
      colors: false,
    });
    return cut(text, limit);
  } catch {
    return undefined;
  }
}

/** The same where it takes more than a line. */
export function multiLineText(value: unknown): string | undefined {
  const text = specialText(value);
  return text?.includes("\n") ? text : undefined;
}
