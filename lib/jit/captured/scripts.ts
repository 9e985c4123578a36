/**
 * Which scripts are the user's, of those that are neither the model's own nor a cell. Only V8's debugger knows their
 * addresses, and takes some tens of milliseconds to tell; so it is asked only about functions that nobody has named.
 */
import { isLibrary, isPackage } from "../authors.ts";
import type { Inspector } from "./inspector.ts";

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

/** Whether a script was written by the user. */
export function isUsersScript(script: string, inspector: Inspector): boolean {
  if (!urls.has(script)) {
    for (const [id, url] of inspector.scripts()) urls.set(id, url);
    if (!urls.has(script)) urls.set(script, "node:unknown");
  }
  const url = urls.get(script) ?? "";
  return url !== "" && !isPackage(url) && !isLibrary(url);
}
