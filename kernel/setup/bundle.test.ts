import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleThreads } from "./bundle.ts";

const root = mkdtempSync(join(tmpdir(), "tspyro-bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "dist/lib/count.js": "export let count = 0; export const add = () => ++count;",
  "kernel/main.ts": `
    import { add } from "../lib/count.ts";
    import { addToo } from "./session/kernel.ts";
    import { place, Patience } from "./session/place.ts";
    import { Patience as Other } from "./wire/patience.ts";
    add(); addToo();
    const { count } = await import("../lib/count.ts");
    const { late } = await import("./session/late.ts");
    console.log(JSON.stringify({ count, place: place.slice(place.indexOf("dist/")), names: [Patience.name, Other.name], late }));
  `,
  "kernel/session/kernel.ts":
    'import { add } from "../../lib/count.ts"; export const addToo = (): number => add();',
  "kernel/session/place.ts": "export class Patience {}\nexport const place: string = import.meta.url;",
  "kernel/session/late.ts":
    'import { place } from "./place.ts"; import { Server } from "node:http"; export const late = [place.length > 0, typeof Server];',
  "kernel/wire/patience.ts": "export class Patience {}",
  "kernel/wire/worker.ts": 'console.log("wire");',
  "kernel/language/worker.ts": 'console.log("language");',
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const folder of ["wire", "language"])
    mkdirSync(join(root, "dist/kernel", folder), { recursive: true });
  symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(root, "node_modules"));
  writeFileSync(join(root, "dist/kernel/thread-OLD.js"), "");
  await bundleThreads(root);
});

const run = (file: string): string =>
  execFileSync(process.execPath, [join(root, "dist/kernel", file)], { encoding: "utf8" }).trim();

test("a thread in one file has its modules, names and places, and the library's modules once", () => {
  expect(JSON.parse(run("main.js"))).toEqual({
    count: 2,
    place: "dist/kernel/session/place.js",
    names: ["Patience", "Patience"],
    late: [true, "function"],
  });
});

test.each(["wire", "language"])("the thread %s begins where it did before", (thread) => {
  expect(run(`${thread}/worker.js`)).toBe(thread);
});

test("what an earlier build left is gone", () => {
  expect(readdirSync(join(root, "dist/kernel"))).not.toContain("thread-OLD.js");
});
