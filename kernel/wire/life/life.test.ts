import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tellOfDeath } from "./death.ts";
import { lifeFiles } from "./folder.ts";
import { memoryKills } from "./kills.ts";
import { Life } from "./life.ts";

/** More than any system has. */
const nobody = 2 ** 30;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tspyro-life-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const files = (name = "kernel-1.json") => lifeFiles(root, join("/runtime", name));
const folder = () => readdirSync(join(root, ".cache", "kernels"));

/** One that dies, and what its successor says. */
function successor(died: (life: Life) => void, { pid = nobody, kills = 0 } = {}): string | undefined {
  const life = new Life(files(), { pid, kills: () => 0 });
  expect(life.begin()).toBeUndefined();
  died(life);
  return new Life(files(), { kills: () => kills }).begin();
}

describe("a kernel that is started where another was", () => {
  it("tells in which cell that one died, and with how much memory", () => {
    const told = successor((life) => {
      life.works("Cell [4]");
      life.takes(3.4e9);
      life.takes(3.5e9);
      life.takes(8.1e9);
    });
    expect(told).toMatch(/^The kernel before this one ended without warning while Cell \[4\] ran;/);
    expect(told).toMatch(/It had taken 8\.1 GB of memory\. It left no reason/);
  });

  it("tells that no cell ran, also behind a longer record", () => {
    const told = successor((life) => {
      life.works(`Cell [${"1".repeat(40)}]`);
      life.works(undefined);
    });
    expect(told).toContain("while no cell ran");
  });

  it("tells what V8 said of that process, and of no other", () => {
    const report = (processId: number) => () => {
      const header = { event: "Allocation failed - JavaScript heap out of memory", processId };
      writeFileSync(files().report, JSON.stringify({ header }));
    };
    expect(successor(report(nobody))).toMatch(/could not go on: Allocation failed.*TSPYRO_MEMORY_LIMIT/);
    rmSync(files().record);
    expect(successor(report(nobody - 1))).toContain("It left no reason");
  });

  it("tells that the system has ended something since", () => {
    expect(successor(() => {}, { kills: 1 })).toMatch(
      /ended a process because memory ran out.*TSPYRO_MEMORY_LIMIT/,
    );
  });

  it.each([
    ["that ended as it should", (life: Life) => life.end()],
    ["whose record cannot be read", () => writeFileSync(files().record, "{")],
    ["whose record holds something else", () => writeFileSync(files().record, "null")],
  ])("tells nothing of one %s", (_, died) => {
    expect(successor(died)).toBeUndefined();
  });

  it("tells nothing of one that lives, nor of itself", () => {
    expect(successor(() => {}, { pid: process.ppid })).toBeUndefined();
    const life = new Life(files("kernel-2.json"));
    life.begin();
    expect(life.begin()).toBeUndefined();
  });

  it("leaves nothing behind when it ends", () => {
    const life = new Life(files());
    life.begin();
    writeFileSync(files().report, "{}");
    expect(folder()).toHaveLength(2);
    life.end();
    expect(folder()).toEqual([]);
    // What comes later is not written.
    life.works("Cell [1]");
    expect(life.begin()).toBeUndefined();
    expect(folder()).toEqual([]);
  });

  it("goes on where the folder cannot be written to", () => {
    writeFileSync(join(root, ".cache"), "a file");
    const life = new Life(files());
    expect(life.begin()).toBeUndefined();
    life.works("Cell [1]");
    life.sweep();
    life.end();
  });

  it("sweeps away what is old and dead, and nothing else", () => {
    for (const [name, pid] of [
      ["dead", nobody],
      ["old", nobody],
      ["alive", process.pid],
    ] as const)
      new Life(files(name), { pid }).begin();
    writeFileSync(files("old").report, "{}");
    const old = [files("old").record, files("old").report, files("alive").record];
    for (const file of old) utimesSync(file, 0, 0);
    new Life(files("new")).sweep();
    expect(
      folder()
        .map((name) => name.replace(/.*%2F/, ""))
        .sort(),
    ).toEqual(["alive", "dead"]);
  });
});

it("each connection file has its own record, however long its path", () => {
  const names = [
    "a/kernel-1.json",
    "a/kernel-2.json",
    `${"long/".repeat(99)}kernel-1.json`,
    "ä ö/../kernel 1.json",
  ];
  const records = names.map((name) => files(name).record);
  expect(new Set(records).size).toBe(names.length);
  for (const record of records)
    expect(record.slice(root.length)).toMatch(/^\/\.cache\/kernels\/[\w.%-]{1,180}$/);
});

it("counts what the system has ended, where it says", () => {
  const events = join(root, "memory.events");
  writeFileSync(events, "low 0\nhigh 0\noom 3\noom_kill 2\n");
  expect(memoryKills([join(root, "none"), events])).toBe(2);
  expect(memoryKills([join(root, "none")])).toBeUndefined();
  if (process.platform === "linux" && readFileSync("/proc/vmstat", "utf8").includes("oom_kill"))
    expect(memoryKills()).toBeGreaterThanOrEqual(0);
});

it("what is not known is not said", () => {
  expect(tellOfDeath({ pid: 1, used: 0 }, { kills: 3 })).not.toMatch(/memory|NaN|undefined/);
});
