/**
 * What of an object its keys do not tell: private fields, the entries of weak collections, a proxy's target, what a
 * bound function is bound to. It is asked for at each call of a compiled function that reaches such an object, so the
 * inspector stays connected: some tens of microseconds an object. Only in Node.
 */
import { restoring } from "../../restoring.ts";
import { Inspector } from "./inspector.ts";

let inspector: Inspector | undefined | null;

type Parts = readonly unknown[];
let looked: Map<object, Parts> | undefined;

/** Undefined where nobody can look. */
export function hiddenParts(object: object): Parts | undefined {
  if (inspector === undefined) inspector = Inspector.open() ?? null;
  if (inspector === null) return undefined;
  const known = looked?.get(object);
  if (known !== undefined) return known;
  try {
    const parts = isBound(object) ? inspector.insidesOf(object, NONE).bound : inspector.hiddenIn(object);
    looked?.set(object, parts);
    return parts;
  } finally {
    inspector.release();
  }
}

/** Runs `f`, in which nothing changes: each object is looked at once. */
export function atOnce<T>(f: () => T): T {
  looked = new Map();
  const forget = () => {
    looked = undefined;
  };
  return restoring(forget, f);
}

/** A function that `bind` has made, by its name and its text. */
export function isBound(f: object): boolean {
  if (typeof f !== "function" || Object.hasOwn(f, "prototype")) return false;
  return (
    f.name.startsWith("bound ") && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(f))
  );
}

const NONE: ReadonlySet<string> = new Set();
