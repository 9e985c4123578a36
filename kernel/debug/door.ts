import { inspect, types } from "node:util";
import { plainText } from "../display/text.ts";
import type { RunCell } from "../execute/cells.ts";
import { type MimeBundle, mimeBundle } from "../execute/mime.ts";
import type { DebugScript } from "../wire/messages.ts";

/**
 * Main's end of the debugger: what the debugger, on the wire's thread, has main do by the inspector. It works also
 * while main computes or stands still at a breakpoint, so nothing here waits for anything.
 */
export interface DoorParts {
  cells(): Iterable<RunCell>;
  /** What cells have declared. */
  names(): readonly string[];
  /** Lets the notebook have a variable. */
  declare(name: string, value: unknown): void;
}

/** How a value shows itself in one line, how many things are in it by number, and whether there is more to see. */
export interface Described {
  readonly text: string;
  readonly items: number;
  readonly opens: boolean;
}

export type Request = keyof ReturnType<typeof createDoor>;

const LONGEST = 200;

export function createDoor({ cells, names, declare }: DoorParts) {
  return {
    scripts: (): { scripts: DebugScript[]; names: readonly string[] } => ({
      scripts: [...cells()].map(scriptOf),
      names: names(),
    }),
    script: scriptOf,
    describe: (...values: unknown[]): Described[] => values.map(described),
    /** Names and values by turns. */
    items: (value: unknown, from: number, to: number): unknown[] => itemsOf(value, from, to).flat(),
    mime: (value: unknown): MimeBundle => {
      const bundle = mimeBundle(value);
      return bundle instanceof Promise ? { "text/plain": plainText(value) } : bundle;
    },
    mimeLater: async (value: unknown): Promise<MimeBundle> => mimeBundle(value),
    declare: (name: string, value: unknown): void => declare(name, value),
  };
}

function scriptOf({ run, label, written, code, map }: RunCell): DebugScript {
  return { run, label, written, code, map: map() };
}

function described(value: unknown): Described {
  const items = countOf(value);
  return { text: textOf(value), items, opens: items > 0 || hasInside(value) };
}

function textOf(value: unknown): string {
  try {
    if (typeof value === "function") return functionText(value as unknown as { readonly name: string });
    const options = { depth: 1, breakLength: Number.POSITIVE_INFINITY, compact: true, maxArrayLength: 10 };
    const text = inspect(value, { ...options, maxStringLength: LONGEST }).replace(/\s*\n\s*/g, " ");
    return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  } catch {
    return `(${typeof value} that cannot be shown)`;
  }
}

function functionText(value: { readonly name: string }): string {
  const source = Function.prototype.toString.call(value);
  if (/^class\b/.test(source)) return `class ${value.name || "(anonymous)"}`;
  const [, parameters = "…"] = /^[^(]*\(([^()]*)\)/.exec(source) ?? [];
  return `ƒ ${value.name}(${parameters.replace(/\s+/g, " ").trim()})`;
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly isDisposed: boolean;
  arraySync(): unknown;
}

function isTensor(value: unknown): value is TensorLike {
  return (
    typeof value === "object" &&
    value !== null &&
    "dataId" in value &&
    "shape" in value &&
    Array.isArray(value.shape) &&
    "arraySync" in value &&
    typeof value.arraySync === "function"
  );
}

/** Things in it that have numbers: elements, entries. */
function countOf(value: unknown): number {
  try {
    if (Array.isArray(value)) return value.length;
    if (ArrayBuffer.isView(value)) return "length" in value ? Number(value.length) : 0;
    if (types.isMap(value) || types.isSet(value)) return value.size;
    if (isTensor(value)) return value.isDisposed ? 0 : (value.shape[0] ?? 0);
    return 0;
  } catch {
    return 0;
  }
}

function hasInside(value: unknown): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return Object.getOwnPropertyNames(value).length > 0 || Object.getPrototypeOf(value) !== Object.prototype;
}

function itemsOf(value: unknown, from: number, to: number): [name: string, value: unknown][] {
  if (types.isMap(value)) return [...value].slice(from, to).map(([key, one]) => [textOf(key), one]);
  if (types.isSet(value)) return [...value].slice(from, to).map((one, i) => [String(from + i), one]);
  const list = (isTensor(value) ? value.arraySync() : value) as ArrayLike<unknown>;
  return Array.from({ length: Math.max(0, Math.min(to, list.length) - from) }, (_, i) => [
    String(from + i),
    list[from + i],
  ]);
}
