import { inspect, types } from "node:util";
import { cut, formatCount } from "./escape.ts";
import { enumerableKeys } from "./listing.ts";
import { moduleText } from "./module.ts";
import { outlineOf, outlineText } from "./outline.ts";
import { isObject, ownRead } from "./reading.ts";
import { specialText } from "./special.ts";

/** Most entries that a text shows, and most characters. */
const most = 2000;
const mostCharacters = 100_000;
const longestString = 10_000;

/** Depth and length of lists, from the usual to what is left of very large values. */
const steps = [
  [4, 100],
  [2, 100],
  [1, 100],
  [1, 20],
  [0, 100],
] as const;

/** A value as Node prints it, where that is of bearable length; otherwise its outline. Never throws. */
export function plainText(value: unknown): string {
  const names = moduleText(value);
  if (names !== undefined) return names;
  // A function is known by its name: its members are mentioned.
  if (typeof value === "function") return cut(inspected(value, 0, 100), mostCharacters);
  const step = steps.find(([depth, length]) => cost(value, depth, length) <= most);
  const text =
    step === undefined
      ? outlineText(outlineOf(value, { entries: 120, depth: 2 }))
      : inspected(value, step[0], step[1]);
  if (text.length <= mostCharacters) return text;
  return `${cut(text, mostCharacters)}\n... ${formatCount(text.length - mostCharacters)} more characters`;
}

function inspected(value: unknown, depth: number, maxArrayLength: number): string {
  const options = { colors: false, depth, maxArrayLength, maxStringLength: longestString, breakLength: 100 };
  try {
    return inspect(value, options);
  } catch {
    // What the value says of itself fails: then it is taken apart.
    try {
      return inspect(value, { ...options, customInspect: false });
    } catch {
      return outlineText(outlineOf(value, { entries: 120, depth: 2 }));
    }
  }
}

/** About how many entries Node would print; no more than a little beyond `most` is counted. */
function cost(value: unknown, depth: number, length: number): number {
  if (typeof value === "string") return 1 + Math.min(value.length, longestString) / 40;
  if (!isObject(value) || types.isProxy(value) || depth < 0) return 1;
  let sum = 1;
  const add = (one: unknown) => {
    sum += cost(one, depth - 1, length);
    return sum <= most;
  };
  if (types.isTypedArray(value)) return 1 + Math.min(value.length, length);
  if (types.isMap(value)) {
    let left = length;
    for (const [key, own] of Map.prototype.entries.call(value))
      if (left-- <= 0 || !add(key) || !add(own)) break;
  } else if (types.isSet(value)) {
    let left = length;
    for (const own of Set.prototype.values.call(value)) if (left-- <= 0 || !add(own)) break;
  } else if (Array.isArray(value)) {
    for (let i = 0; i < Math.min(value.length, length); i++) if (!addMember(String(i))) break;
  } else if (specialText(value) === undefined) {
    const keys = enumerableKeys(value);
    if (keys.length > most) return keys.length;
    for (const key of keys) if (!addMember(key)) break;
  }
  return sum;

  function addMember(key: string | symbol): boolean {
    const read = ownRead(value as object, key);
    return add(read !== undefined && "value" in read ? read.value : undefined);
  }
}
