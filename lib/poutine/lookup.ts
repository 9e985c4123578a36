/** Answers by site name, however a user gave them: a function, an object, a Map, or a trace. */
import type { Site } from "./message.ts";
import { Trace } from "./trace-struct.ts";

/** What `data`, `prior` and `params` may be. A function may answer undefined: not this site. */
export type Table<T> =
  | ((site: Site) => T | undefined)
  | ReadonlyMap<string, T>
  | { readonly [name: string]: T | undefined }
  | Trace;

/** A function that answers for a site, or undefined where the table has nothing for it. */
export function lookup<T>(table: Table<T>): (site: Site) => T | undefined {
  if (typeof table === "function") return table;
  if (table instanceof Trace) return (site) => table.get(site.name)?.value as T | undefined;
  if (table instanceof Map) return (site) => table.get(site.name);
  const object = table as { readonly [name: string]: T | undefined };
  // A site may have any name, "constructor" included.
  return (site) => (Object.hasOwn(object, site.name) ? object[site.name] : undefined);
}
