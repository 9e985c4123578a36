import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import ts from "#typescript";
import { type Part, partsFor, unread } from "./later-types.ts";
import { projectRoot } from "./paths.ts";
import { Notebook } from "./testing/notebook.ts";

const folder = join(projectRoot(), "node_modules/@types/node");
const isRare = (file: string) => unread(`/node_modules/@types/node/${file}`) !== undefined;
const files = globSync("**/*.d.ts", { cwd: folder, exclude: ["ts5.*/**"] });

test("no global and no other module leads to types that are not read", () => {
  const rare = files.filter(isRare);
  expect(rare.length).toBeGreaterThan(5);
  const names = new Set(rare.map((file) => file.replace(/\.d\.ts$/, "")));
  const leads = files
    .filter((file) => !isRare(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8")
        // By a call that names the module, which is a reason to read all.
        .replace(/interface BuiltInModule \{[^}]*\}/, "");
      const declared = [...text.matchAll(/declare module "(?:node:)?([^"]+)"/g)].map((match) => match[1]);
      return ts
        .preProcessFile(text)
        .importedFiles.map(({ fileName }) => fileName.replace(/^node:/, ""))
        .filter((name) => names.has(name) && !declared.includes(name))
        .map((name) => `${file} imports ${name}`);
    });
  expect(leads).toEqual([]);
});

const page = "/node_modules/typescript/lib/lib.dom.iterable.d.ts";
const notebook = new Notebook();
afterAll(() => notebook.close());
const wrong = "TS2322 Type 'number' is not assignable to type 'string'.";

test("members are offered before the types of pages are read, and the same ones after", () => {
  const members = () => notebook.complete("tf.randomN|").names;
  expect(unread(page)).toBeDefined();
  const before = members();
  expect(before).toContain("randomNormal");
  expect(unread(page)).toBeDefined();
  expect(notebook.run("const figure: string = Plot.plot({}).nodeName.length;")).toEqual([[wrong]]);
  expect(unread(page)).toBeUndefined();
  expect(members()).toEqual(before);
  expect(notebook.complete("figure.toUpper|").names).toContain("toUpperCase");
});

test("a cell that imports nothing has types without them", () => {
  const cell = "const wrong: string = process.memoryUsage().rss + Buffer.alloc(1).length;";
  expect(notebook.run(cell)).toEqual([[wrong]]);
  expect(isRare("zlib.d.ts")).toBe(true);
});

test.each([
  'const wrong: string = process.getBuiltinModule("node:zlib").gzipSync("a").length;',
  'import { constants } from "node:http2"; const wrong: string = constants.NGHTTP2_SESSION_SERVER + 1;',
  'const wrong: string = (await import("node:zlib")).constants.Z_OK;',
  'import type { SessionOptions } from "node:http2"; const wrong: string = 1 as SessionOptions["maxSettings"];',
])("a cell that imports has their types: %s", (cell) => {
  expect(notebook.run(cell)).toEqual([[wrong]]);
});

test("modules that can be imported are offered", () => {
  expect(notebook.complete('import { gzip } from "node:zli|";').names).toContain("node:zlib");
});

test.each<[words: readonly string[], checked: boolean, parts: readonly Part[]]>([
  [["import", "zlib"], false, ["modules"]],
  [["require"], false, ["modules"]],
  [["process", "getBuiltinModule"], false, ["modules"]],
  [["process", "zlib", "important"], false, []],
  [["tf"], true, ["browser"]],
  [["document"], false, ["browser"]],
  [["const", "figure", "Plot"], false, ["browser"]],
  [["HTMLElement", "import"], false, ["modules", "browser"]],
])("a cell with the words %j, checked %j, needs %j", (words, checked, parts) => {
  expect(partsFor(new Set(words), { checked })).toEqual(parts);
});
