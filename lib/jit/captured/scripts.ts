/**
 * Which scripts are the user's, of those that are neither the model's own nor a cell. Only V8's debugger knows their
 * addresses, and takes some tens of milliseconds to tell; so it is asked only about functions that nobody has named.
 */
import { isLibrary, isPackage } from "../authors.ts";
import { Inspector } from "./inspector.ts";
import { isProxy } from "./proxy.ts";

const urls = new Map<string, string>();
/** What the library exports. */
const named = new WeakSet<object>();
/** Modules that were gone through. */
const taken = new WeakSet<object>();

/** What modules export, and the classes of that: of this library, and of tfjs. */
export function nameLibrary(...modules: readonly object[]): void {
  for (const module of modules) {
    if (taken.has(module)) continue;
    taken.add(module);
    for (const value of Object.values(module)) {
      if (typeof value === "function") named.add(value);
      // A namespace inside of a namespace.
      else if ((value as { [Symbol.toStringTag]?: string } | null)?.[Symbol.toStringTag] === "Module") {
        nameLibrary(value as object);
      } else if (typeof value === "object" && value !== null) {
        named.add(value);
        nameClasses(value);
      }
    }
  }
}

function nameClasses(object: object): void {
  for (
    let prototype = Object.getPrototypeOf(object) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
    if (typeof maker === "function") named.add(maker);
  }
}

export function isNamed(exported: object): boolean {
  return named.has(exported);
}

/** A module, or an object that the library exports. */
export function isExported(value: unknown): boolean {
  if (typeof value !== "object" || value === null || isProxy(value)) return false;
  return named.has(value) || isModule(value);
}

export function isModule(value: object): boolean {
  return !isProxy(value) && Object.prototype.toString.call(value) === "[object Module]";
}

const foreign = new WeakMap<object, boolean>();

/** Whether a function or class is one of this library or of a package; false where nobody can tell. */
export function isForeign(f: object): boolean {
  if (named.has(f)) return true;
  let known = foreign.get(f);
  if (known === undefined) {
    const inspector = Inspector.open();
    const script = inspector?.insidesOf(f, new Set()).script;
    if (inspector === undefined || script === undefined) known = false;
    else {
      const url = urlOf(script, inspector);
      known = isPackage(url) || isLibrary(url);
    }
    inspector?.close();
    foreign.set(f, known);
  }
  return known;
}

function urlOf(script: string, inspector: Inspector): string {
  if (!urls.has(script)) for (const [id, url] of inspector.scripts()) urls.set(id, url);
  return urls.get(script) ?? "";
}

/** Whether a script was written by the user. */
export function isUsersScript(script: string, inspector: Inspector): boolean {
  urlOf(script, inspector);
  if (!urls.has(script)) urls.set(script, "node:unknown");
  return isUsersScriptIfKnown(script) === true;
}

/** The same without asking the debugger: undefined where it was not asked yet. (What `eval` makes has no address.) */
export function isUsersScriptIfKnown(script: string): boolean | undefined {
  const url = urls.get(script);
  return url === undefined ? undefined : !isPackage(url) && !isLibrary(url);
}
