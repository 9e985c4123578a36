import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** A module that has loaded no parser yet, where Node's modules are out of reach. */
async function inBrowser() {
  vi.resetModules();
  const module = await import("./parse.ts");
  vi.stubGlobal("process", { env: {} });
  return module;
}

test("a browser is told to load the parser, and then parses as Node does", async () => {
  const { loadParser, parse } = await inBrowser();
  expect(() => parse("a + b")).toThrow(/parser of formulas is not loaded.*await formula\.load\(\)/s);
  await loadParser();
  const found = parse("f(x) = [1, 2; x, 4]' \n x > 0 ? f(x)[1, :] : -x!").toString();
  vi.unstubAllGlobals();
  vi.resetModules();
  const node = await import("./parse.ts");
  expect(node.parse("f(x) = [1, 2; x, 4]' \n x > 0 ? f(x)[1, :] : -x!").toString()).toBe(found);
});

test("nothing of mathjs is loaded before the first formula", async () => {
  const { execFileSync } = await import("node:child_process");
  const index = new URL("./index.ts", import.meta.url).href;
  const program = `
    const { formula } = await import(${JSON.stringify(index)});
    const loaded = () => Object.keys(require.cache).filter((path) => path.includes("mathjs")).length;
    const before = loaded();
    formula("1 + 1", {});
    console.log(JSON.stringify([before, loaded() > 0]));`;
  const script = `const require = (await import("node:module")).createRequire(${JSON.stringify(index)});${program}`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, TSPYRO_BACKEND: "cpu" },
  });
  expect(output.trim().split("\n").at(-1)).toBe("[0,true]");
});
