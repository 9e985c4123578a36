import { types } from "node:util";
import { muted, type Piece } from "./pieces.ts";
import { primitivePiece } from "./primitive.ts";
import { isObject, ownRead } from "./reading.ts";
import { specialText } from "./special.ts";

/** What a value is made of. */
export interface Listing {
  readonly size: number;
  /** Whether any entry is as near as the first: of Maps and Sets only those in front are looked at. */
  readonly random: boolean;
  at(index: number): Entry;
}

export interface Entry {
  /** Its name; `of` for a key of a Map. */
  readonly key: readonly Piece[] | { readonly of: unknown };
  readonly value: unknown;
  /** Stands in place of a value that is not to be looked at: a getter, an empty slot. */
  readonly note?: Piece;
}

/** Most entries of a Map or a Set that are looked at. */
const reach = 1100;
/** In larger arrays one does not look for members that are no elements. */
const large = 10_000;

/** The entries of an object; undefined for what has none to show. */
export function listingOf(value: unknown): Listing | undefined {
  if (!isObject(value) || types.isProxy(value) || specialText(value) !== undefined) return undefined;
  if (Array.isArray(value)) return arrayListing(value);
  if (types.isTypedArray(value))
    return {
      size: value.length,
      random: true,
      at: (i) => ({ key: [muted(String(i))], value: (value as Float64Array)[i] }),
    };
  if (types.isMap(value)) return mapListing(value);
  if (types.isSet(value)) return setListing(value);
  return objectListing(value, enumerableKeys(value));
}

function arrayListing(value: readonly unknown[]): Listing {
  const { length } = value;
  const others =
    length > large ? [] : enumerableKeys(value).filter((key) => typeof key === "symbol" || !isIndex(key));
  const rest = objectListing(value, others);
  return {
    size: length + others.length,
    random: true,
    at: (i) => (i < length ? member(value, String(i), muted(String(i))) : rest.at(i - length)),
  };
}

const isIndex = (key: string) => /^\d+$/.test(key);

function mapListing(value: ReadonlyMap<unknown, unknown>): Listing {
  const shown: [unknown, unknown][] = [];
  for (const entry of Map.prototype.entries.call(value)) {
    shown.push(entry);
    if (shown.length >= reach) break;
  }
  return {
    size: value.size,
    random: false,
    at: (i) => {
      const [key, own] = shown[i] ?? [];
      return { key: { of: key }, value: own };
    },
  };
}

function setListing(value: ReadonlySet<unknown>): Listing {
  const shown: unknown[] = [];
  for (const one of Set.prototype.values.call(value)) {
    shown.push(one);
    if (shown.length >= reach) break;
  }
  return { size: value.size, random: false, at: (i) => ({ key: [muted(String(i))], value: shown[i] }) };
}

function objectListing(value: object, keys: readonly (string | symbol)[]): Listing {
  return {
    size: keys.length,
    random: true,
    at: (i) => {
      const key = keys[i] ?? "";
      return member(value, key, { text: keyText(key), kind: "key" });
    },
  };
}

function member(value: object, key: string | symbol, label: Piece): Entry {
  const read = ownRead(value, key);
  if (read === undefined) return { key: [label], value: undefined, note: muted("empty") };
  if ("value" in read) return { key: [label], value: read.value };
  return { key: [label], value: undefined, note: muted(read.setter ? "[Getter/Setter]" : "[Getter]") };
}

export function enumerableKeys(value: object): (string | symbol)[] {
  const keys: (string | symbol)[] = Object.keys(value);
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
  }
  return keys;
}

/** As it would be written in an object. */
export function keyText(key: string | symbol): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key.length <= 80) return key;
  return primitivePiece(key, 80).text;
}
