/**
 * Which scripts are the user's, of those that are neither the model's own nor a cell. Only V8's debugger knows their
 * addresses, and takes some tens of milliseconds to tell; so it is asked only about functions that nobody has named.
 */
import { isLibrary, isPackage } from "../authors.ts";
import { Inspector } from "./inspector.ts";

const urls = new Map<string, string>();
const named = new WeakSet<object>();
const taken = new WeakSet<object>();

/** Functions and classes that modules export: those of this library, and of tfjs. */
export function nameLibrary(...modules: readonly object[]): void {
  for (const module of modules) {
    if (taken.has(module)) continue;
    taken.add(module);
    for (const value of Object.values(module)) {
      if (typeof value === "function") named.add(value);
      // A namespace inside of a namespace.
      else if ((value as { [Symbol.toStringTag]?: string } | null)?.[Symbol.toStringTag] === "Module") {
        nameLibrary(value as object);
      }
    }
  }
}

export function isNamed(f: object): boolean {
  return named.has(f);
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
  const url = urlOf(script, inspector);
  if (!urls.has(script)) urls.set(script, "node:unknown");
  return url !== "" && !isPackage(url) && !isLibrary(url);
}
