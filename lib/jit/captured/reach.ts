/**
 * All the state that functions can reach: what they have captured, and what that holds, through objects, classes,
 * collections and other functions, private fields included. It is written down in a form that can be compared.
 *
 * Objects of this library and of packages are told by their identity alone: they keep caches and counters of their own.
 * The user's are those whose class stands in a script of the given functions, or in any cell of a notebook.
 */
import * as tf from "@tensorflow/tfjs-core";
import { namesIn, textOf } from "../call/names.ts";
import { mentionsIds } from "../record/tensor-ids.ts";
import { Authorship } from "./authorship.ts";
import { contentOf, isBuffer, isPlain, type State, Unseen } from "./content.ts";
import {
  isHostMade,
  isHosts,
  isOfJavaScript,
  isPosition,
  isTensor,
  isWebAssembly,
  type Member,
  membersOnHosts,
  membersOnTensor,
  simpleMembers,
  simpleMembersOfFunction,
} from "./host.ts";
import type { Inspector } from "./inspector.ts";
import { asksTheMachine } from "./of-node.ts";
import { isProxy } from "./proxy.ts";
import { hasOuterThis, receiverOf } from "./receivers.ts";
import { isExported, isModule, isNamed, nameLibrary } from "./scripts.ts";
import { isWrapper } from "./wrappers.ts";

const MOST_FUNCTIONS = 200;
const MOST_OF_OTHERS = 200;
const MOST_PARTS = 200_000;
const GLOBALS = /\b(?:globalThis|global|window|self)\b/;

const ARGUMENTS = /^(?:async\s*)?(?:\([^{]*?\)|[\w$]+)\s*=>(?:(?!\bfunction\b)[\s\S])*?\barguments\b/;
const UNSEEABLE = /Generator|Iterator|WebAssembly\.(?:Instance|Table)/;

/** Functions, and parts of what they hold, that are looked at before anybody asks whose they are. */
const MOST_DOUBTFUL = 20;
const MOST_DOUBTFUL_PARTS = 5000;
/** Functions of a module that are asked whose they are: what a module exports again need not be its own. */
const MOST_ASKED = 5;

export class Reach {
  readonly #inspector: Inspector;
  readonly #authors: Authorship;
  readonly #state = new Map<string, unknown[]>();
  readonly #doubts = new Map<string, string>();
  #numbers = new Map<object, number>();
  /** Functions of the user's whose `this` nobody knows. */
  readonly strangers: object[] = [];
  mentionsIds = false;
  #queue: object[] = [];
  #later: object[] = [];
  readonly #queued = new Set<object>();
  #functions = 0;
  #others = 0;
  #doubtful = 0;
  #holder = "";
  #parts: unknown[] = [];
  #count = 0;
  #mostParts = MOST_PARTS;

  constructor(inspector: Inspector) {
    nameLibrary(tf);
    this.#inspector = inspector;
    this.#authors = new Authorship(inspector);
  }

  /** Of what was found in functions that may be a package's: their scripts. */
  get doubts(): ReadonlyMap<string, string> {
    return this.#doubts;
  }

  of(roots: readonly unknown[]): State {
    for (const root of roots) if (typeof root === "function" && !isWrapper(root)) this.#authors.claim(root);
    roots.forEach((root, i) => {
      this.#holder = `root${i}`;
      this.#note(`${(root as { name?: string } | undefined)?.name ?? i}`, root);
    });
    for (;;) {
      const f = this.#queue.shift();
      if (f !== undefined) {
        const isUsers = this.#authors.plainly(f);
        if (isUsers === undefined) this.#later.push(f);
        else this.#visit(f, isUsers);
        continue;
      }
      const late = this.#later.shift();
      if (late === undefined) return this.#state;
      this.#visitLate(late);
    }
  }

  #visit(f: object, isUsers: boolean): void {
    if (isUsers ? this.#functions++ < MOST_FUNCTIONS : this.#others++ < MOST_OF_OTHERS)
      this.#function(f, isUsers);
  }

  /**
   * A function of another module. To ask whose it is, is dear; so what it holds is written down as if it were the
   * user's, apart from everything else, and the question is put where something of it has changed.
   */
  #visitLate(f: object): void {
    const guess = this.#authors.guess(f);
    const { script } = this.#authors.of(f);
    const wait = guess === undefined && this.#doubtful < MOST_DOUBTFUL && !hasOuterThis(textOf(f));
    if (!wait || script === undefined) {
      this.#visit(f, this.#authors.isUsers(f));
      return;
    }
    this.#doubtful++;
    const [numbers, count, known] = [this.#numbers, this.#count, new Set(this.#state.keys())];
    this.#numbers = new Map(numbers);
    this.#count = 0;
    this.#mostParts = MOST_DOUBTFUL_PARTS;
    this.#function(f, true);
    const isMuch = this.#count > MOST_DOUBTFUL_PARTS;
    [this.#numbers, this.#count, this.#mostParts] = [numbers, count, MOST_PARTS];
    for (const key of this.#state.keys()) {
      if (known.has(key)) continue;
      if (isMuch) this.#state.delete(key);
      else this.#doubts.set(key, script);
    }
    if (isMuch) this.#visit(f, this.#authors.isUsers(f));
  }

  #note(name: string, value: unknown): void {
    this.#parts = [];
    this.#walk(value);
    this.#state.set(`${this.#holder} ${name}`, this.#parts);
  }

  /** The variables that a function names. */
  #function(f: object, isUsers: boolean): void {
    if (isNamed(f) || (!isUsers && !this.#authors.of(f).isInner)) return;
    const names = new Set(namesIn(f));
    const words = [...names];
    const { insides } = this.#authors.look(f, names);
    const id = idOf(f);
    for (const [i, value] of insides.bound.entries()) {
      this.#holder = `${id}.bound${i}`;
      this.#note((f as { name?: string }).name ?? "bound", value);
    }
    for (const [i, { kind, variables }] of insides.scopes.entries()) {
      // Of a library's function: the functions that it was given, not what its module keeps.
      if (!isUsers && !/^(Closure|Local|Block)/.test(kind)) continue;
      this.#holder = `${id}.${i}`;
      for (const [name, value] of Object.entries(variables)) {
        names.delete(name);
        if (!isUsers && (typeof value !== "function" || isWebAssembly(value))) continue;
        if (typeof value === "function" && this.#numbers.has(value)) continue;
        this.#note(name, value);
        if (isUsers && typeof value === "object" && value !== null) this.#ofOthers(value, words);
      }
    }
    if (!isUsers) return;
    const text = textOf(f);
    this.mentionsIds ||= mentionsIds(text);
    this.#holder = id;
    this.#globals(names, text);
    // Nobody sees those of the function around it.
    if (ARGUMENTS.test(text)) this.#note("arguments", new Unseen());
    if (!hasOuterThis(text)) return;
    const receiver = receiverOf(f);
    if (receiver === undefined) this.strangers.push(f);
    else this.#note("this", receiver.value);
  }

  /** Variables that were not declared, or were put on the global object. */
  #globals(free: ReadonlySet<string>, text: string): void {
    for (const key of GLOBALS.test(text) ? Reflect.ownKeys(globalThis) : free) {
      const name = String(key);
      const { value, enumerable } = Object.getOwnPropertyDescriptor(globalThis, key) ?? {};
      const hosts = key === "process" ? (globalThis as { process?: unknown }).process : value;
      if (typeof hosts === "object" && hosts !== null && isHosts(hosts)) this.#note(name, hosts);
      if (typeof hosts === "function" && isOfJavaScript(hosts)) this.#onFunction(name, hosts);
      if (enumerable !== true || value === globalThis || name.startsWith("__tspyro_")) continue;
      if (typeof value !== "function" && (typeof value !== "object" || isPlain(value)))
        this.#note(name, value);
    }
  }

  /** What is noted beside a captured object of others, as far as the function's words name it. */
  #ofOthers(value: object, words: readonly string[]): void {
    if (isProxy(value)) {
      // A module may stand behind one, as in tests.
      for (const behind of this.#inspector.hiddenIn(value))
        if (isExported(behind)) this.#ofOthers(behind as object, words);
      return;
    }
    if (isHostMade(value)) this.#parts.push(new Unseen());
    if (!isModule(value)) return;
    for (const word of words) {
      if (!Object.hasOwn(value, word)) continue;
      const member = (value as Record<string, unknown>)[word];
      if (typeof member !== "function") continue;
      if (asksTheMachine(member)) this.#parts.push(new Unseen(word));
      this.#added(simpleMembersOfFunction(member));
    }
  }

  #onFunction(name: string, f: object): void {
    this.#parts = [];
    this.#added(simpleMembersOfFunction(f));
    this.#state.set(`${this.#holder} ${name}`, this.#parts);
  }

  #walk(value: unknown): void {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      this.#parts.push(value);
      return;
    }
    // What others export is their business.
    const exported = isExported(value);
    const added = isTensor(value)
      ? membersOnTensor(value)
      : isHosts(value)
        ? membersOnHosts(value)
        : undefined;
    if ((exported && !isModule(value)) || added?.length === 0) {
      this.#parts.push(value);
      return;
    }
    const number = this.#numbers.get(value);
    if (number !== undefined) {
      this.#parts.push(`#${number}`);
      return;
    }
    this.#numbers.set(value, this.#numbers.size);
    this.#parts.push(value);
    if (++this.#count > this.#mostParts) return;
    if (added !== undefined) this.#added(added);
    else if (isProxy(value)) this.#hidden(value);
    else if (typeof value === "function") this.#callable(value);
    else if (exported) this.#module(value);
    else if (ArrayBuffer.isView(value)) {
      this.#parts.push(contentOf(value));
      this.#beside(value, value.byteLength);
    } else if (Array.isArray(value)) {
      this.#list(value);
      this.#beside(value, value.length);
    } else this.#object(value);
  }

  #added(members: readonly Member[]): void {
    for (const [key, value] of members) {
      this.#parts.push(key);
      this.#walk(value);
    }
  }

  /** What stands beside the elements of an array: members of its own, and those of a class that extends arrays. */
  #beside(array: object, size: number): void {
    const prototype = Object.getPrototypeOf(array) as object | null;
    const isOfClass = !isOfJavaScript(prototype?.constructor);
    // Keys are listed with the positions, of which there may be very many.
    if (size < MOST_PARTS) {
      for (const key of Reflect.ownKeys(array)) {
        if (!isPosition(key)) this.#member(array, key);
      }
    }
    if (isOfClass) this.#instance(array, false);
  }

  /** A module of the user's, by some of the functions that it exports. */
  #module(module: object): void {
    const members = Reflect.ownKeys(module).flatMap((key): [string | symbol, unknown][] => {
      try {
        return [[key, (module as Record<string | symbol, unknown>)[key]]];
      } catch {
        return []; // It is still being loaded.
      }
    });
    const functions = members.flatMap(([, value]) => (typeof value === "function" ? [value] : []));
    const asked = functions.filter((f) => !isNamed(f)).slice(0, MOST_ASKED);
    if (functions.length > 0 && !asked.some((f) => this.#authors.isUsersByAddress(f))) return;
    this.#added(members);
  }

  #callable(f: object): void {
    const { name } = f as { name?: unknown };
    if (typeof name === "string" && (globalThis as Record<string, unknown>)[name] === f) return;
    if (isWebAssembly(f) || asksTheMachine(f)) {
      this.#parts.push(new Unseen());
      return;
    }
    if (!this.#queued.has(f)) this.#queue.push(f);
    this.#queued.add(f);
    if (isWrapper(f)) {
      // A handled program, or a guide: of what it hides, the functions that it was given.
      for (const value of this.#inspector.hiddenIn(f)) if (typeof value === "function") this.#walk(value);
    }
    const text = textOf(f);
    const isClass = /^class\b/.test(text);
    if (isClass && !this.#authors.isUsers(f)) {
      this.#added(simpleMembersOfFunction(f));
      return;
    }
    const { prototype } = f as { prototype?: unknown };
    for (const key of Reflect.ownKeys(f)) {
      if (!["length", "name", "prototype", "arguments", "caller"].includes(String(key))) this.#member(f, key);
    }
    if (isClass && text.includes("#")) this.#hidden(f);
    if (typeof prototype === "object" && prototype !== null) this.#methods(prototype);
    const parent = Object.getPrototypeOf(f) as unknown;
    if (parent !== Function.prototype && isClass) this.#walk(parent);
  }

  #methods(prototype: object): void {
    if (this.#numbers.has(prototype)) return;
    this.#numbers.set(prototype, this.#numbers.size);
    for (const key of Reflect.ownKeys(prototype)) if (key !== "constructor") this.#member(prototype, key);
  }

  #list(list: readonly unknown[]): void {
    this.#parts.push(list.length);
    for (let i = 0; i < list.length; i++) this.#walk(list[i]);
  }

  #object(object: object): void {
    const tag = Object.prototype.toString.call(object).slice(8, -1);
    // Nobody can tell where an iterator stands, or what a module of WebAssembly keeps.
    if (UNSEEABLE.test(tag)) this.#parts.push(new Unseen());
    else if (object instanceof Map) this.#list([...Map.prototype.entries.call(object)].flat());
    else if (object instanceof Set) this.#list([...Set.prototype.values.call(object)]);
    else if (object instanceof Date) this.#parts.push(object.getTime());
    else if (object instanceof RegExp) this.#parts.push(object.lastIndex);
    else if (isBuffer(object)) this.#parts.push(contentOf(new Uint8Array(object)));
    else if (tag === "WeakMap" || tag === "WeakSet") this.#hidden(object);
    else this.#built(object, tag);
    if (isPlain(object)) this.#members(object);
    else this.#instance(object);
  }

  /** Objects of the host's that hold something else. */
  #built(object: object, tag: string): void {
    if (object instanceof WeakRef) this.#walk(object.deref());
    else if (tag === "WebAssembly.Global") this.#parts.push((object as WebAssembly.Global).value);
    else if (tag === "WebAssembly.Memory") this.#walk((object as WebAssembly.Memory).buffer);
    else if (tag === "URL" || tag === "URLSearchParams") this.#parts.push(String(object));
  }

  /** An object of a class: of the user's or of JavaScript's all that it holds, whatever else is its maker's business. */
  #instance(object: object, takesMembers = true): void {
    const parent = Object.getPrototypeOf(object) as object | null;
    let isUsers = isOfJavaScript(parent?.constructor) && object !== globalThis;
    // What others inherit from.
    if (isUsers && isPlain(parent) && parent !== Object.prototype) this.#walk(parent);
    let hides = false;
    for (
      let p = Object.getPrototypeOf(object);
      p !== null && p !== Object.prototype;
      p = Object.getPrototypeOf(p)
    ) {
      const maker = Object.getOwnPropertyDescriptor(p, "constructor")?.value as unknown;
      if (typeof maker !== "function" || isOfJavaScript(maker) || !this.#authors.isUsers(maker)) continue;
      isUsers = true;
      this.#walk(maker);
      hides ||= textOf(maker).includes("#");
    }
    if (isUsers && takesMembers) this.#members(object);
    else if (takesMembers) this.#added(simpleMembers(object));
    if (hides) this.#hidden(object);
  }

  #members(object: object): void {
    for (const key of Reflect.ownKeys(object)) this.#member(object, key);
  }

  #member(object: object, key: string | symbol): void {
    const member = Object.getOwnPropertyDescriptor(object, key);
    if (member === undefined) return;
    this.#parts.push(key);
    if ("value" in member) this.#walk(member.value);
    else {
      this.#walk(member.get);
      this.#walk(member.set);
    }
  }

  #hidden(object: object): void {
    for (const value of this.#inspector.hiddenIn(object)) this.#walk(value);
  }
}

const ids = new WeakMap<object, string>();
let lastId = 0;

/** A name of a function that stays the same from look to look. */
function idOf(f: object): string {
  const known = ids.get(f) ?? `f${++lastId}`;
  ids.set(f, known);
  return known;
}
