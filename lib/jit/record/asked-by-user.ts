import { isLibrary, isPackage } from "../authors.ts";

/**
 * Whether it is the user's code that asks, by itself or through a package: the clock and the random numbers of tfjs
 * are its own business.
 * @param from frames of the stack that are known, this function's left out
 */
export function isAskedByUser(from: number): boolean {
  const lines = new Error().stack?.split("\n").slice(from + 1) ?? [];
  for (const line of lines) {
    const url = line.replace(/^.*\(|^\s*at (?:async )?|\)$/g, "");
    if (url.includes("@tensorflow/")) return false;
    if (!isPackage(url) && url !== "<anonymous>") return !isLibrary(url);
  }
  return false;
}
