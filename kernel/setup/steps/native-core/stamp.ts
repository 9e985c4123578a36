import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, readJson, writeWhole } from "../../files.ts";
import { cacheFolder, onPath, venvPython } from "../../paths.ts";
import { binding, corePackage, deps } from "./places.ts";
import { findCompiler } from "./wheel.ts";

/** What set-up decided about the native core, and what that rests on. */
export interface CoreStamp {
  core: "tensorflow" | "wasm";
  /** One line: which way and why. */
  says: string;
  rests: string;
}

const path = join(cacheFolder, "native-core.json");

/** The decision that still holds, or undefined. */
export function readStamp(): CoreStamp | undefined {
  const stamp = readJson(path);
  if (!isStamp(stamp) || stamp.rests !== restsOn(stamp.core)) return undefined;
  if (stamp.core === "tensorflow" && !(existsSync(binding) && existsSync(join(deps, "lib"))))
    return undefined;
  return stamp;
}

export function writeStamp(core: CoreStamp["core"], says: string): void {
  writeWhole(path, JSON.stringify({ core, says, rests: restsOn(core) } satisfies CoreStamp));
}

export function dropStamp(): void {
  rmSync(path, { force: true });
}

/**
 * What would make the decision another: a core stands until the package or the binding changes; a missing one is
 * tried again as soon as the tools that were missing are there.
 */
function restsOn(core: CoreStamp["core"]): string {
  const parts = [
    process.platform,
    process.arch,
    process.versions.modules,
    readFileSync(join(corePackage, "package.json")),
  ];
  if (core === "tensorflow") {
    const built = existsSync(binding) ? statSync(binding) : undefined;
    return fingerprint(...parts, `${built?.size} ${built?.mtimeMs}`);
  }
  const python = existsSync(venvPython) || onPath("python3") !== undefined;
  return fingerprint(...parts, `${python} ${findCompiler()}`);
}

function isStamp(value: unknown): value is CoreStamp {
  const stamp = value as CoreStamp | undefined;
  return (stamp?.core === "tensorflow" || stamp?.core === "wasm") && typeof stamp.says === "string";
}
