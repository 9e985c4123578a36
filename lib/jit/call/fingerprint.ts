/**
 * What a captured value is made of, in a form that can be compared: plain values, the identity of tensors and
 * functions, the numbers of typed arrays, and so on through arrays and plain objects. What cannot be looked into
 * (private fields, promises, more than a thousand members) makes it incomplete: then equal means only "not known to
 * differ".
 */
import * as tf from "@tensorflow/tfjs-core";
import { isProxy } from "../captured/proxy.ts";
import { isNamed } from "../captured/scripts.ts";
import { textOf } from "./names.ts";

export interface Fingerprint {
  readonly parts: readonly unknown[];
  readonly complete: boolean;
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

const MOST_PARTS = 4000;

export function fingerprint(value: unknown): Fingerprint {
  if (isSimple(value)) return { parts: [value], complete: true, functions: [] };
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
  return !isProxy(value) && value instanceof tf.Tensor;
}

class Walker implements Fingerprint {
  readonly parts: unknown[] = [];
  readonly functions: object[] = [];
  complete = true;
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
    if (isProxy(object)) this.complete = false;
    else if (typeof object === "function") this.#function(object);
    else if (this.parts.length > MOST_PARTS) this.complete = false;
    else if (ArrayBuffer.isView(object)) this.parts.push(new Content(object as Numbers));
    else if (Array.isArray(object)) this.#list(object);
    else if (object instanceof Map) this.#list([...object].flat());
    else if (object instanceof Set) this.#list([...object]);
    else if (object instanceof Date) this.parts.push(object.getTime());
    else this.#members(object);
  }

  /** Handlers of programs and guides are functions with members. */
  #function(f: object): void {
    this.functions.push(f);
    if (isNamed(f)) return;
    if (Object.keys(f).length === 0) return;
    if (Object.getPrototypeOf(f) !== Function.prototype) this.complete = false;
    this.#each(f);
  }

  #list(list: readonly unknown[]): void {
    this.parts.push(list.length);
    for (const item of list) this.walk(item);
  }

  #members(object: object): void {
    const tag = (object as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
    if (typeof tag === "string") {
      // Modules, Math, console: what they are made of is not a matter of one program.
      if (/Generator|Iterator|^Weak/.test(tag)) this.complete = false;
      return;
    }
    if (hidesSomething(object)) this.complete = false;
    this.#each(object);
  }

  #each(object: object): void {
    const keys = Object.keys(object);
    this.parts.push(keys.length);
    for (const key of keys) {
      const member = Object.getOwnPropertyDescriptor(object, key);
      if (member === undefined || member.get !== undefined) {
        this.complete = false;
        continue;
      }
      this.parts.push(key);
      this.walk(member.value);
    }
  }
}

/** Whether an object is of a class with private fields, or of one that is not written in JavaScript. */
function hidesSomething(object: object): boolean {
  let prototype = Object.getPrototypeOf(object) as object | null;
  for (; prototype !== null && prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
    if (typeof maker !== "function" || /#|\[native code\]/.test(textOf(maker))) return true;
  }
  return false;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
