/**
 * Files, written so that there is always a whole one: the text goes to a temporary file in the same folder, is forced
 * to the disk, and takes the place of the old file in one step. Node's modules are reached when first needed, so that
 * the library loads in a browser.
 */

import type * as NodeFs from "node:fs";
import type * as NodePath from "node:path";
import { builtinModule } from "../builtin-module.ts";
import { pyroError } from "../errors.ts";

interface FileModules {
  readonly fs: typeof NodeFs;
  readonly path: typeof NodePath;
}

function modules(action: string): FileModules {
  const fs = builtinModule<typeof NodeFs>("node:fs");
  const path = builtinModule<typeof NodePath>("node:path");
  if (fs !== undefined && path !== undefined) return { fs, path };
  throw pyroError({
    what: `There are no files to ${action} here`,
    expected: "Node 22.3 or later",
    got: "a browser, or an older Node",
    try: "store.getState() and store.setState(state) with a storage of your own",
  });
}

/** Writes `text` so that `file` holds either its old content or all of the new. */
export function writeFileAtomic(file: string, text: string): void {
  const { fs, path } = modules("write");
  const folder = path.dirname(path.resolve(file));
  const unique = `${Date.now().toString(36)}${Math.floor(Math.random() * 2 ** 32).toString(36)}`;
  const temporary = path.join(folder, `.${path.basename(file)}.${unique}.tmp`);
  try {
    const handle = fs.openSync(temporary, "wx");
    try {
      fs.writeFileSync(handle, text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw pyroError({
      what: `The file could not be written: ${(error as Error).message}`,
      where: file,
      expected: "a file in an existing folder that may be written to",
      cause: error,
    });
  }
}

export function readFileText(file: string): string {
  const { fs } = modules("read");
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw pyroError({
      what: `The file could not be read: ${(error as Error).message}`,
      where: file,
      expected: "an existing file",
      cause: error,
    });
  }
}
