import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a file so that a reader (or a set-up interrupted here) sees the old one or the new one, never half of it. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

/** Writes only where the content differs; says whether it did. */
export function writeIfDifferent(path: string, content: string | Uint8Array): boolean {
  if (readOr(path)?.equals(Buffer.from(content))) return false;
  writeWhole(path, content);
  return true;
}

/** A file's bytes, or undefined when there is none. */
export function readOr(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** A JSON file's value, or undefined when there is none or it is damaged. The caller checks what it holds. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** One hash over several texts, order included. */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(String(part.length)).update(part);
  return hash.digest("hex");
}

/** Removes what processes that were killed have left in a folder for temporary files: whatever is older than a day. */
export function sweep(folder: string, now: number = Date.now()): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      if (now - statSync(path).mtimeMs > 24 * 3600_000) rmSync(path, { recursive: true, force: true });
    } catch {
      // Its owner was quicker.
    }
  }
}
