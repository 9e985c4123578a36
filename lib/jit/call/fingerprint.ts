/**
 * What a captured value is made of, in a form that can be compared: plain values, the identity of tensors and
 * functions, the numbers of typed arrays, and so on through arrays, objects, their classes and their private fields.
 * What cannot be looked into (promises, objects of this library, very many members) makes it incomplete: then equal
 * means only "not known to differ".
 */
import { hiddenParts, isBound } from "../captured/hidden.ts";
import { isHosts, isTensor, type Member, membersOnHosts, membersOnTensor } from "../captured/host.ts";
import { isProxy } from "../captured/proxy.ts";
import { isForeign, isModule } from "../captured/scripts.ts";
import { textOf } from "./names.ts";

export interface Fingerprint {
  readonly parts: readonly unknown[];
  readonly complete: boolean;
  /** Whether something was asked of the inspector, which is dear. */
  readonly hides: boolean;
  /** Functions that were met. */
  readonly functions: readonly object[];
}

type Numbers = ArrayLike<number> & ArrayBufferView;

/** The content of a typed array at one time. */
class Content {
  readonly #bytes: Uint8Array;

  constructor(view: ArrayBufferView) {
    this.#bytes = bytesOf(view).slice();
  }

  equals(other: Content): boolean {
    const [a, b] = [this.#bytes, other.#bytes];
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }
}

const MOST_PARTS = 100_000;
const MOST_OBJECTS = 4000;

export function fingerprint(value: unknown): Fingerprint {
  if (isSimple(value)) return { parts: [value], complete: true, hides: false, functions: [] };
  const walker = new Walker();
  walker.walk(value);
  return walker;
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  if (a.parts.length !== b.parts.length) return false;
  for (let i = 0; i < a.parts.length; i++) {
    const [x, y] = [a.parts[i], b.parts[i]];
    if (Object.is(x, y)) continue;
    if (!(x instanceof Content && y instanceof Content && x.equals(y))) return false;
  }
  return true;
}

/** Values that are told by themselves. */
function isSimple(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
  return isTensor(value) && membersOnTensor(value).length === 0;
}

class Walker implements Fingerprint {
  readonly parts: unknown[] = [];
  readonly functions: object[] = [];
  complete = true;
  hides = false;
  readonly #seen = new Map<object, number>();

  walk(value: unknown): void {
    if (isSimple(value)) {
      this.parts.push(value);
      return;
    }
    const object = value as object;
    const seen = this.#seen.get(object);
    if (seen !== undefined) {
      this.parts.push(`#${seen}`);
      return;
    }
    this.#seen.set(object, this.#seen.size);
    this.parts.push(object);
    if (isProxy(object)) this.#proxy(object);
    else if (typeof object === "function") this.#function(object);
    else if (isTensor(object)) this.#added(membersOnTensor(object));
    else if (isHosts(object)) this.#added(membersOnHosts(object));
    else if (this.#seen.size > MOST_OBJECTS || this.parts.length > MOST_PARTS) this.complete = false;
    else if (ArrayBuffer.isView(object)) this.parts.push(new Content(object as Numbers));
    else if (Array.isArray(object)) this.#list(object);
    else if (isModule(object)) this.#module(object);
    else this.#object(object);
  }

  #added(members: readonly Member[]): void {
    for (const [key, value] of members) {
      this.parts.push(key);
      this.walk(value);
    }
  }

  /** The variables that a module of the user's exports. What its functions hold is looked at where they are called. */
  #module(module: object): void {
    for (const key of variablesOf(module)) {
      this.parts.push(key);
      this.walk((module as Record<string, unknown>)[key]);
    }
  }

  /** Classes of this library are proxies, to be called without `new`. */
  #proxy(proxy: object): void {
    if (!isForeignProxy(proxy)) this.#hidden(proxy);
    else if (typeof proxy !== "function") this.complete = false;
  }

  #object(object: object): void {
    if (object instanceof Map) this.#list([...Map.prototype.entries.call(object)].flat());
    else if (object instanceof Set) this.#list([...Set.prototype.values.call(object)]);
    else if (object instanceof Date) this.parts.push(Date.prototype.getTime.call(object));
    else if (object instanceof RegExp) this.parts.push(object.lastIndex);
    else if (object instanceof WeakMap || object instanceof WeakSet) this.#hidden(object);
    else if (object instanceof ArrayBuffer) this.parts.push(new Content(new Uint8Array(object)));
    this.#members(object);
  }

  /** Handlers of programs and guides are functions with members. */
  #function(f: object): void {
    this.functions.push(f);
    if (isBuiltIn(f)) return;
    if (isBound(f)) this.#hidden(f);
    const kind = classOf(f);
    if (kind !== undefined) {
      if (isForeign(f)) return;
      this.#each(kind.prototype);
      if (kind.hidesStatic) this.#hidden(f);
      this.#each(f);
      const parent = Object.getPrototypeOf(f) as object;
      if (parent !== Function.prototype) this.walk(parent);
      return;
    }
    if (Object.keys(f).length === 0) return;
    if (Object.getPrototypeOf(f) !== Function.prototype) this.complete = false;
    this.#each(f);
  }

  #list(list: readonly unknown[]): void {
    this.parts.push(list.length);
    for (const item of list) this.walk(item);
  }

  #members(object: object): void {
    let hides = false;
    let isUsers = false;
    let prototype = Object.getPrototypeOf(object) as object | null;
    for (
      ;
      prototype !== null && prototype !== Object.prototype;
      prototype = Object.getPrototypeOf(prototype) as object | null
    ) {
      const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
      if (typeof maker !== "function") {
        // An object that others inherit from.
        this.walk(prototype);
      } else if (isBuiltIn(maker)) {
        this.complete &&= KNOWN.test(maker.name);
      } else if (isForeign(maker)) {
        this.complete &&= classOf(maker)?.hides !== true;
      } else {
        isUsers = true;
        this.walk(maker);
        hides ||= classOf(maker)?.hides === true;
      }
    }
    const tag = (object as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
    // Modules, Math, console: what they are made of is not a matter of one program.
    if (typeof tag === "string" && !isUsers) {
      // Nobody can tell where an iterator stands.
      if (/Generator|Iterator/.test(tag)) this.complete = false;
      return;
    }
    if (hides) this.#hidden(object);
    this.#each(object);
  }

  #each(object: object): void {
    const keys = Reflect.ownKeys(object);
    this.parts.push(keys.length);
    for (const key of keys) {
      const member = Object.getOwnPropertyDescriptor(object, key);
      if (member === undefined) continue;
      this.parts.push(key);
      if ("value" in member) {
        // (What a function is called, and its prototype, which was looked at.)
        if (typeof object !== "function" || !FUNCTIONS_OWN.has(key)) this.walk(member.value);
        continue;
      }
      this.walk(member.get);
      this.walk(member.set);
    }
  }

  #hidden(object: object): void {
    this.hides = true;
    const parts = hiddenParts(object);
    if (parts === undefined) this.complete = false;
    else this.#list(parts);
  }
}

/** Built-in classes whose objects are looked into, or hold nothing that they do not show. */
const KNOWN = /^(?:Object|Map|Set|Date|RegExp|WeakMap|WeakSet|ArrayBuffer|Function|(?:\w*)Error)$/;
const FUNCTIONS_OWN = new Set<string | symbol>(["length", "name", "prototype", "arguments", "caller"]);

const MOST_ASKED = 5;
const modules = new WeakMap<object, readonly string[]>();

function variablesOf(module: object): readonly string[] {
  let known = modules.get(module);
  if (known === undefined) {
    const members = Object.entries(module);
    const functions = members.flatMap(([, value]) => (typeof value === "function" ? [value] : []));
    const isOthers = functions.slice(0, MOST_ASKED).some(isForeign);
    known = isOthers ? [] : members.flatMap(([key, value]) => (typeof value === "function" ? [] : [key]));
    modules.set(module, known);
  }
  return known;
}

interface Class {
  readonly prototype: object;
  /** Whether its objects have private members, or it has some itself. */
  readonly hides: boolean;
  readonly hidesStatic: boolean;
}

const classes = new WeakMap<object, Class | null>();

/** Undefined where a function makes no objects. */
function classOf(f: object): Class | undefined {
  let known = classes.get(f);
  if (known === undefined) {
    const { prototype } = f as { prototype?: unknown };
    const text = textOf(f);
    const isClass = typeof prototype === "object" && prototype !== null && /^(?:class|function)\b/.test(text);
    const hides = text.startsWith("class") && text.includes("#");
    known = isClass ? { prototype, hides, hidesStatic: hides && text.includes("static") } : null;
    classes.set(f, known);
  }
  return known ?? undefined;
}

const proxies = new WeakMap<object, boolean>();

/** Whether a proxy's handler was written by this library or by a package. */
function isForeignProxy(proxy: object): boolean {
  let known = proxies.get(proxy);
  if (known === undefined) {
    const parts = hiddenParts(proxy) ?? [];
    const handler = parts[parts.indexOf("[[Handler]]") + 1];
    const functions = Object.values((handler ?? {}) as object).filter((one) => typeof one === "function");
    known = isForeign(proxy) || (functions.length > 0 && functions.every(isForeign));
    proxies.set(proxy, known);
  }
  return known;
}

const builtIns = new WeakMap<object, boolean>();

/** Of JavaScript or of its host: not written in JavaScript, and not bound. */
function isBuiltIn(f: object): boolean {
  let known = builtIns.get(f);
  if (known === undefined) {
    known = /\{\s*\[native code\]\s*\}$/.test(textOf(f)) && !isBound(f);
    builtIns.set(f, known);
  }
  return known;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
