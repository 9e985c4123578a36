import { types } from "node:util";

/**
 * Looking at a value without running any code of it: no getter, no trap of a proxy. Displaying a value must not change it.
 */
export type Read = { value: unknown } | { getter: true; setter: boolean } | undefined;

/** What the value itself has under `key`. */
export function ownRead(object: object, key: PropertyKey): Read {
  if (types.isProxy(object)) return undefined;
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor === undefined) return undefined;
  if ("value" in descriptor) return { value: descriptor.value };
  return { getter: true, setter: descriptor.set !== undefined };
}

/** What the value or one of its prototypes has under `key`, where that is a plain property. */
export function dataOf(object: object, key: PropertyKey): unknown {
  let holder: object | null = object;
  for (let depth = 0; holder !== null && depth < 100; depth++) {
    if (types.isProxy(holder)) return undefined;
    const found = ownRead(holder, key);
    if (found !== undefined) return "value" in found ? found.value : undefined;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}

/** The name of its class; undefined for plain objects and those without a prototype. */
export function classOf(object: object): string | undefined {
  if (types.isProxy(object)) return undefined;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null || prototype === Object.prototype) return undefined;
  const maker = dataOf(prototype, "constructor");
  if (typeof maker !== "function") return undefined;
  // Classes that can be called without `new` are proxies.
  const read = types.isProxy(maker) ? { value: maker.name as unknown } : ownRead(maker, "name");
  const name = read !== undefined && "value" in read ? read.value : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** What an accessor of its class gives; one of the value itself is not called, nor is a proxy asked. */
export function accessed(object: object, key: PropertyKey): unknown {
  if (types.isProxy(object)) return undefined;
  const own = ownRead(object, key);
  if (own !== undefined) return "value" in own ? own.value : undefined;
  try {
    return Reflect.get(object, key);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
