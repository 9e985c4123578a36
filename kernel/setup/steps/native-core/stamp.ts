import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, readJson, readOr, writeWhole } from "../../files.ts";
import { onPath, placesOf, root as projectFolder } from "../../paths.ts";
import { corePlaces } from "./places.ts";
import { findCompiler } from "./wheel.ts";

/** What set-up decided about the native core, and what that rests on. */
export interface CoreStamp {
  core: "tensorflow" | "wasm";
  /** One line: which way and why. */
  says: string;
  rests: string;
}

const pathOf = (root: string) => join(placesOf(root).cacheFolder, "native-core.json");

/** The decision that still holds, or undefined. */
export function readStamp(root: string = projectFolder): CoreStamp | undefined {
  const stamp = readJson(pathOf(root));
  const { binding, deps } = corePlaces(root);
  if (!isStamp(stamp) || stamp.rests !== restsOn(stamp.core, root)) return undefined;
  if (stamp.core === "tensorflow" && !(existsSync(binding) && existsSync(join(deps, "lib"))))
    return undefined;
  return stamp;
}

export function writeStamp(core: CoreStamp["core"], says: string, root: string = projectFolder): void {
  const stamp: CoreStamp = { core, says, rests: restsOn(core, root) };
  writeWhole(pathOf(root), JSON.stringify(stamp));
}

export function dropStamp(): void {
  rmSync(pathOf(projectFolder), { force: true });
}

/**
 * What would make the decision another: a core stands until the package or the binding changes; a missing one is
 * tried again as soon as the tools that were missing are there.
 */
function restsOn(core: CoreStamp["core"], root: string): string {
  const { binding, corePackage } = corePlaces(root);
  const parts = [
    process.platform,
    process.arch,
    process.versions.modules,
    readOr(join(corePackage, "package.json")) ?? "",
  ];
  if (core === "tensorflow") {
    const built = existsSync(binding) ? statSync(binding) : undefined;
    return fingerprint(...parts, `${built?.size} ${built?.mtimeMs}`);
  }
  const python = existsSync(placesOf(root).venvPython) || onPath("python3") !== undefined;
  return fingerprint(...parts, `${python} ${findCompiler()}`);
}

function isStamp(value: unknown): value is CoreStamp {
  const stamp = value as CoreStamp | undefined;
  return (stamp?.core === "tensorflow" || stamp?.core === "wasm") && typeof stamp.says === "string";
}
