import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { build } from "./build.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "tspyro-build-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

mkdirSync(join(root, "lib"));
symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
for (const file of ["package.json", "tsconfig.json", "tsconfig.build.json"])
  cpSync(join(project, file), join(root, file));
writeFileSync(join(root, "lib/one.ts"), "export const one = 1;\nexport interface Pair { a: number }\n");
writeFileSync(
  join(root, "lib/index.ts"),
  'export * from "./one.ts";\nimport type { Pair } from "./one.ts";\nexport const make = (): Pair => ({ a: 1 });\nexport type Late = import("./one.ts").Pair;\n',
);
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("writes JavaScript and declarations that name no .ts file, then rests until a source changes", async () => {
  expect(await build({ root, quiet: true })).toMatchObject({ built: true, errors: 0 });
  expect(read("dist/lib/index.js")).toContain('from "./one.js"');
  expect(read("dist/lib/index.d.ts")).toContain('from "./one.js"');
  expect(read("dist/lib/index.d.ts")).toContain('import("./one.js")');
  expect(read("dist/lib/index.d.ts")).not.toContain(".ts");
  const again = await build({ root, quiet: true });
  expect(again).toMatchObject({ built: false, errors: 0 });
  expect(again.seconds).toBeLessThan(0.3);
});

test("a type error is told and the JavaScript is written all the same", async () => {
  writeFileSync(join(root, "lib/two.ts"), 'export const two: number = "2";\n');
  const wrong = await build({ root, quiet: true });
  expect(wrong).toMatchObject({ built: true, errors: 1 });
  expect(wrong.output).toContain("lib/two.ts(1,14): error TS2322");
  expect(read("dist/lib/two.js")).toContain('two = "2"');
  expect(await build({ root, quiet: true })).toMatchObject({ built: true, errors: 1 });
  writeFileSync(join(root, "lib/two.ts"), "export const two = 2;\n");
  expect(await build({ root, quiet: true })).toMatchObject({ built: true, errors: 0 });
});

test("an emptied dist is built whole", async () => {
  rmSync(join(root, "dist"), { recursive: true });
  expect(await build({ root, quiet: true })).toMatchObject({ built: true, errors: 0 });
  expect(existsSync(join(root, "dist/lib/one.js"))).toBe(true);
});
