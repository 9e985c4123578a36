import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "./lock.ts";
import { cacheFolder } from "./paths.ts";

let path = "";
beforeEach(() => {
  mkdirSync(cacheFolder, { recursive: true });
  path = join(mkdtempSync(join(cacheFolder, "lock-")), "setup.lock");
});
afterEach(() => rmSync(join(path, ".."), { recursive: true }));

describe("withLock", () => {
  it("lets one at a time work and tells the other that it waits", async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((settle) => setTimeout(settle, 50));
      events.push(`${name} ends`);
    };
    const first = withLock((line) => events.push(line), work("first"), path);
    const second = withLock((line) => events.push(line.split(":")[0] ?? ""), work("second"), path);
    await Promise.all([first, second]);
    expect(events.filter((event) => event !== "another set-up is at work in this folder")).toEqual([
      "first begins",
      "first ends",
      "second begins",
      "second ends",
    ]);
    expect(events).toContain("another set-up is at work in this folder");
    expect(existsSync(path)).toBe(false);
  });

  it.each(["", "not a number", String(2 ** 22 + 1)])(
    "takes over the lock of no living process (%j)",
    async (owner) => {
      writeFileSync(path, owner);
      expect(
        await withLock(
          () => {},
          async () => "done",
          path,
        ),
      ).toBe("done");
    },
  );

  it("gives the lock back when the work fails", async () => {
    await expect(
      withLock(
        () => {},
        () => Promise.reject(new Error("no")),
        path,
      ),
    ).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });
});
