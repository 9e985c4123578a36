import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrowserBuild, buildBrowser, ENTRIES, gzippedSize, scriptsOf } from "./build.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tspyro-browser-"));
let built: BrowserBuild;
beforeAll(async () => {
  built = await buildBrowser(root, join(folder, "out"));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inputsOf = (paths: readonly string[]) =>
  paths.flatMap((path) => Object.keys(built.metafile.outputs[path]?.inputs ?? {}));

test("no module of Node is reached", () => {
  const outputs = Object.values(built.metafile.outputs);
  expect(outputs.flatMap(({ imports }) => imports.filter(({ external }) => external))).toEqual([]);
  const inputs = Object.keys(built.metafile.inputs);
  expect(
    inputs.filter((path) =>
      /tfjs-node|^node:|tensor\/backend\.ts$|collector\.ts$|linkedom|resvg|front-module/.test(path),
    ),
  ).toEqual([]);
  expect(inputs).toContain("lib/tensor/backend.browser.ts");
});

test("the library with the cpu core is less than 400 kB gzipped", () => {
  const size = gzippedSize(root, built, "tspyro");
  expect(size).toBeLessThan(400_000);
  // It is all there: nobody has shaken the library itself out of the tree.
  expect(size).toBeGreaterThan(200_000);
});

test.each([
  ["mathjs", /node_modules\/mathjs\//],
  ["tfjs's WebAssembly", /tfjs-backend-wasm/],
  ["the layers", /tfjs-layers/],
])("%s is a script of its own, which comes when it is asked for", (_, module) => {
  expect(inputsOf(Object.keys(built.metafile.outputs)).some((path) => module.test(path))).toBe(true);
  expect(inputsOf(scriptsOf(built, "tspyro")).filter((path) => module.test(path))).toEqual([]);
});

test("neither WebGL nor the rest of tfjs's union package is in any script", () => {
  const inputs = Object.keys(built.metafile.inputs);
  expect(
    inputs.filter((path) => /tfjs-(backend-webgl|converter|data)|@tensorflow\/tfjs\//.test(path)),
  ).toEqual([]);
});

test("entries share their parts: there is one copy of tfjs and of the library's state", () => {
  const places = Object.entries(built.metafile.outputs).filter(([, { inputs }]) =>
    Object.keys(inputs).some((path) => /tfjs-core\/dist\/engine\.js$|lib\/params\/global\.ts$/.test(path)),
  );
  const copies = (module: RegExp) =>
    places.filter(([, { inputs }]) => Object.keys(inputs).some((path) => module.test(path))).length;
  expect([copies(/engine\.js$/), copies(/global\.ts$/)]).toEqual([1, 1]);
});

test("each entry has declarations, each script a source map, and tfjs's WebAssembly lies beside", () => {
  for (const [name, from] of Object.entries(ENTRIES)) {
    expect(readFileSync(join(built.folder, `${name}.d.ts`), "utf8")).toBe(`export * from "../${from}.js";\n`);
    expect(existsSync(join(root, `${from}.ts`))).toBe(true);
  }
  const scripts = readdirSync(built.folder).filter((file) => file.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(Object.keys(ENTRIES).length);
  for (const script of scripts) {
    expect(script).toMatch(/^tspyro/);
    const maps = JSON.parse(readFileSync(join(built.folder, `${script}.map`), "utf8")) as { version: number };
    expect(maps.version).toBe(3);
  }
  expect(readdirSync(built.folder).filter((file) => file.endsWith(".wasm"))).toHaveLength(3);
});

test("an application that is bundled gets the same modules from dist/lib, and nothing of Node", async () => {
  const { exports, browser } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, { browser?: { default: string } }>;
    browser: Record<string, string>;
  };
  expect(exports["."]?.browser?.default).toBe("./dist/lib/browser/index.js");
  const compiled = (path: string) => path.replace("./", "./dist/").replace(/ts$/, "js");
  const sources = Object.entries(browser).filter(([from]) => from.startsWith("./") && from.endsWith(".ts"));
  expect(sources.length).toBeGreaterThan(0);
  for (const [from, to] of sources) expect(browser[compiled(from)]).toBe(compiled(to));
  for (const to of sources.map(([, to]) => to)) expect(existsSync(join(root, to))).toBe(true);
});
