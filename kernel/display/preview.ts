import { types } from "node:util";
import { cut, formatCount } from "./escape.ts";
import { type Entry, enumerableKeys, listingOf } from "./listing.ts";
import { lengthOf, muted, type Piece, plain } from "./pieces.ts";
import { primitivePiece } from "./primitive.ts";
import { classOf, isObject, ownRead } from "./reading.ts";
import { specialText } from "./special.ts";

/** One line of about `width` characters that stands for a value: `Point { x: 1, y: 2 }`, `[1, 2, 3, …]`. */
export function previewOf(value: unknown, width = 90): Piece[] {
  if (!isObject(value)) return [primitivePiece(value, Math.max(20, width))];
  const special = specialText(value);
  if (special !== undefined) return [plain(cut(special.split("\n")[0] ?? "", 2 * width))];
  if (typeof value === "function") return [{ text: functionText(value), kind: "keyword" }];
  const head = headOf(value);
  const pieces: Piece[] = head === "" ? [] : [muted(`${head} `)];
  const listing = listingOf(value);
  const [open, close] = bracketsOf(value);
  if (listing === undefined || listing.size === 0) return [...pieces, plain(`${open}${close}`)];
  const named = open === "{" && !types.isSet(value);
  pieces.push(plain(open === "{" ? "{ " : open));
  for (let i = 0; i < listing.size; i++) {
    const { key, value: own, note } = listing.at(i);
    const shown = [
      ...(named || isExtra(value, i) ? [...labelOf(key), plain(types.isMap(value) ? " => " : ": ")] : []),
    ];
    shown.push(note ?? briefly(own));
    if (i > 0) pieces.push(plain(", "));
    if (i > 0 && lengthOf(pieces) + lengthOf(shown) > width) {
      pieces.push(muted("…"));
      break;
    }
    pieces.push(...shown);
  }
  pieces.push(plain(open === "{" ? ` ${close}` : close));
  return pieces;
}

const isExtra = (value: object, index: number) => Array.isArray(value) && index >= value.length;

/** A member in its owner's preview. */
function briefly(value: unknown): Piece {
  if (!isObject(value)) return primitivePiece(value, 40);
  const special = specialText(value);
  if (special !== undefined) return plain(cut(special.split("\n")[0] ?? "", 40));
  if (typeof value === "function") return { text: functionText(value), kind: "keyword" };
  const head = headOf(value);
  const [open, close] = bracketsOf(value);
  const whole = inline(value);
  if (whole !== undefined) return plain(whole);
  const empty = !Array.isArray(value) && !types.isTypedArray(value) && enumerableKeys(value).length === 0;
  const sized = types.isMap(value) || types.isSet(value);
  if (head === "" && Array.isArray(value))
    return muted(value.length === 0 ? "[]" : `[… ${formatCount(value.length)}]`);
  if (empty && !sized) return muted(`${head === "" ? "" : `${head} `}${open}${close}`);
  return muted(head === "" ? `${open}…${close}` : `${head} ${open}…${close}`);
}

/** A short array of numbers or texts, in full. */
function inline(value: object): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 5 || classOf(value) !== "Array")
    return undefined;
  const listing = listingOf(value);
  if (listing === undefined || listing.size > value.length) return undefined;
  const entries = value.map((_, i) => listing.at(i));
  if (
    entries.length < value.length ||
    entries.some((one) => one === undefined || one.note !== undefined || isObject(one.value))
  )
    return undefined;
  const text = `[${entries.map((one) => primitivePiece(one.value, 20).text).join(", ")}]`;
  return text.length <= 40 ? text : undefined;
}

function bracketsOf(value: object): readonly [string, string] {
  return Array.isArray(value) || types.isTypedArray(value) ? ["[", "]"] : ["{", "}"];
}

/** The class, with the size of collections; empty for plain objects and short arrays. */
function headOf(value: object): string {
  const name = classOf(value);
  if (Array.isArray(value)) {
    const own = name === undefined || name === "Array" ? "Array" : name;
    return own === "Array" && value.length <= 5 ? "" : `${own}(${formatCount(value.length)})`;
  }
  if (types.isTypedArray(value)) return `${name ?? "TypedArray"}(${formatCount(value.length)})`;
  if (types.isMap(value) || types.isSet(value))
    return `${name ?? (types.isMap(value) ? "Map" : "Set")}(${formatCount(value.size)})`;
  if (name !== undefined) return cut(name, 60);
  if (Object.getPrototypeOf(value) === null && !types.isModuleNamespaceObject(value))
    return "[null prototype]";
  return types.isModuleNamespaceObject(value) ? "Module" : "";
}

function functionText(value: object): string {
  const named = ownRead(value, "name");
  const name = named !== undefined && "value" in named && typeof named.value === "string" ? named.value : "";
  const isClass = /^class\b/.test(Function.prototype.toString.call(value).slice(0, 10));
  return `[${isClass ? "class" : "Function"}${isClass ? " " : ": "}${cut(name.replaceAll("\u200d", "") || "(anonymous)", 60)}]`;
}

/** How an entry is called: a key of a Map may be any value. */
export function labelOf(key: Entry["key"]): readonly Piece[] {
  return "of" in key ? previewOf(key.of, 60) : key;
}
