/** Whose code is whose, by the address of its script. */

const HERE = import.meta.url.replace(/lib\/jit\/[^/]*$/, "");
/** Whether all code stands in one script, so that nobody can tell whose it is. */
export const isBundled = HERE === import.meta.url;
const pathOf = (url: string): string => url.replace(/^file:\/\//, "");

/** What is not the user's own: packages, and Node. */
export const isPackage = (url: string): boolean => /node_modules|^node:/.test(url);

/** This library, and the kernel that runs it; their tests are users. */
export function isLibrary(url: string): boolean {
  const path = pathOf(url);
  const here = pathOf(HERE);
  if (!path.startsWith(`${here}lib/`) && !path.startsWith(`${here}kernel/`)) return false;
  return !/\.test\.ts|\/testing\//.test(path);
}
