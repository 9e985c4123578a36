import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprint, readJson, readOr, sweep, writeIfDifferent } from "./files.ts";
import { cacheFolder } from "./paths.ts";

let folder = "";
beforeEach(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("writeIfDifferent", () => {
  it("writes into folders that do not exist yet, and only when the content is new", () => {
    const path = join(folder, "a/b/c.json");
    expect(writeIfDifferent(path, "1")).toBe(true);
    expect(writeIfDifferent(path, "1")).toBe(false);
    expect(writeIfDifferent(path, "2")).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("2");
  });
});

describe("reading", () => {
  it("has no value for what is missing or damaged", () => {
    expect(readOr(join(folder, "none"))).toBeUndefined();
    expect(readJson(join(folder, "none"))).toBeUndefined();
    writeFileSync(join(folder, "half"), '{ "a":');
    expect(readJson(join(folder, "half"))).toBeUndefined();
  });
});

describe("fingerprint", () => {
  it("knows where one part ends and the next begins", () => {
    expect(fingerprint("ab", "c")).not.toBe(fingerprint("a", "bc"));
    expect(fingerprint("ab", "c")).toBe(fingerprint("ab", Buffer.from("c")));
  });
});

describe("sweep", () => {
  it("removes what is older than a day", () => {
    writeFileSync(join(folder, "new"), "");
    mkdirSync(join(folder, "old"));
    const before = new Date(Date.now() - 25 * 3600_000);
    utimesSync(join(folder, "old"), before, before);
    sweep(folder);
    expect(existsSync(join(folder, "new"))).toBe(true);
    expect(existsSync(join(folder, "old"))).toBe(false);
  });
});
