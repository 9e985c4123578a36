/** Whose code is whose, by the address of its script. */

const HERE = import.meta.url.replace(/lib\/jit\/[^/]*$/, "");
/** The scripts of the browser build begin so; where an application bundles them anew they have other names. */
const BUILT = /^tspyro[\w.-]*\.js(?=$|[?#:])/;
const folder = import.meta.url.replace(/[^/]*$/, "");
const isBuilt = BUILT.test(import.meta.url.slice(folder.length));
/** Whether all code stands in one script, so that nobody can tell whose it is. */
export const isBundled = HERE === import.meta.url && !isBuilt;
const pathOf = (url: string): string => url.replace(/^file:\/\//, "");

/** The last line of a program that this library writes, so that it counts as a script of the library's. */
export const SIGNATURE = `\n//# sourceURL=${import.meta.url}#program`;

/** What is not the user's own: packages, and Node. */
export const isPackage = (url: string): boolean => /node_modules|^node:/.test(url);

/** This library, and the kernel that runs it; their tests are users. */
export function isLibrary(url: string): boolean {
  if (isBuilt) return url.startsWith(folder) && BUILT.test(url.slice(folder.length));
  const path = pathOf(url);
  const here = pathOf(HERE);
  if (!path.startsWith(`${here}lib/`) && !path.startsWith(`${here}kernel/`)) return false;
  return !/\.test\.ts|\/testing\//.test(path);
}
