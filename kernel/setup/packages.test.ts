import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missingPackages, packagesAreCurrent } from "./packages.mjs";
import { cacheFolder } from "./paths.ts";

interface Entry {
  version?: string;
  optional?: boolean;
  link?: boolean;
}

let folder = "";
beforeEach(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "packages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function wanted(packages: Record<string, Entry>): void {
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...packages } }));
}

function installed(packages: Record<string, Entry>): void {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
}

describe("packagesAreCurrent", () => {
  it("wants what the lock file names", () => {
    wanted({ "node_modules/a": { version: "1.0.0" } });
    expect(packagesAreCurrent(folder), "nothing installed").toBe(false);
    installed({});
    expect(packagesAreCurrent(folder), "one is missing").toBe(false);
    installed({ "node_modules/a": { version: "0.9.0" } });
    expect(packagesAreCurrent(folder), "another version").toBe(false);
    installed({ "node_modules/a": { version: "1.0.0" } });
    expect(packagesAreCurrent(folder), "its folder is gone").toBe(false);
    expect(missingPackages(folder)).toEqual(["a"]);
    mkdirSync(join(folder, "node_modules/a"));
    writeFileSync(join(folder, "node_modules/a/package.json"), "{}");
    expect(packagesAreCurrent(folder)).toBe(true);
  });

  it("does not miss the packages of other platforms", () => {
    wanted({ "node_modules/b-darwin": { version: "1.0.0", optional: true } });
    installed({});
    expect(packagesAreCurrent(folder)).toBe(true);
  });

  it("takes an interrupted installation, which has no account, for none", () => {
    wanted({});
    mkdirSync(join(folder, "node_modules/a"), { recursive: true });
    expect(packagesAreCurrent(folder)).toBe(false);
    writeFileSync(join(folder, "node_modules/.package-lock.json"), '{ "packages": {');
    expect(packagesAreCurrent(folder)).toBe(false);
  });
});
