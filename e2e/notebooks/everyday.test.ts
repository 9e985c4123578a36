import { execFile } from "node:child_process";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { closedEnvironment } from "../../kernel/setup/environment.ts";
import { cacheFolder, venvPython } from "../../kernel/setup/paths.ts";
import { errorsIn, mimeTypes, type Notebook, outputsOf, printed } from "./execute.ts";

const source = join(import.meta.dirname, "everyday");
const folder = join(cacheFolder, "notebooks", "everyday");
const names = (await readdir(source)).map((file) => file.replace(/\.ipynb$/, "")).sort();

/** What a reader sees of some cells, beside what the notebooks claim themselves by `assert`. */
const claims: readonly (readonly [notebook: string, cell: string, shows: RegExp])[] = [
  ["async-streams", "generator", /0n, 2n, 8n, 34n, 144n, 610n/],
  ["async-streams", "async-generator", /^no more ticks$/m],
  ["classes", "square", /Circle 1 of 12\.57.*Square 2 of 9\.00/s],
  ["classes", "decorators", /^add\(2, 3\)$/m],
  ["classes", "function-again", /^4$/],
  ["csv-files", "clean", /^3 of 4 are paid, 49\.75 in all$/m],
  ["csv-files", "by-hand", /│ 0 .*'Miller, Ann'/],
  ["errors", "cause", /^age -1 is below zero$/m],
  ["errors", "show", /ValidationError: age: shown, not thrown/],
  ["errors", "cleanup", /last in, first out\nfirst in, last out\n/],
  ["game-of-life", "glider", /·█·/],
  ["http-client", "parallel", /'water the plants', 'learn TypeScript'/],
  ["http-client", "not-found", /^404: no todo 77$/m],
  ["local-modules", "after", /HEY, ANN/],
  ["local-modules", "mended", /^42$/],
  ["matrices", "regression", /^y = 0\.05 \+ 1\.99 t$/m],
  ["matrices", "symbols", /\\cos/],
  ["node-apis", "inherited", /^printed by a program$/m],
  ["npm-packages", "grouped", /'cat' => 3\.9/],
  ["text", "words", /\[ 'the', 2 \]/],
  ["text", "templates", /select \*\\n {2}from people/],
  ["timers-and-output", "clear", /^lift-off\n$/],
  ["timers-and-output", "progress", /██████████ 100 %/],
  ["timers-and-output", "lots", /^0\n1\n.*\n1998\n1999\n$/s],
  ["timers-and-output", "stopwatch", /499999500000/],
  ["types", "routes", /7 by ann/],
];

/** Cells that draw, and what their pictures come as. */
const pictures: readonly (readonly [notebook: string, cell: string, mimeType: string])[] = [
  ["game-of-life", "animation", "image/svg+xml"],
  ["game-of-life", "heat", "text/html"],
  ["matrices", "compiled", "text/html"],
  ...["dots", "bars", "facets", "line", "html-tag", "element"].map(
    (cell) => ["plots", cell, "text/html"] as const,
  ),
  ["plots", "svg-tag", "text/html"],
  ["plots", "handmade", "image/svg+xml"],
  ["plots", "tex", "text/latex"],
  ["plots", "markdown", "text/markdown"],
  ["csv-files", "group", "text/html"],
];

const notebooks = new Map<string, Notebook>();
const named = (name: string): Notebook => notebooks.get(name) ?? expect.fail(`${name} was not executed`);

// All by one nbclient, one after the other, each with a kernel of its own.
beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, { recursive: true });
  const files = names.map((name) => join(folder, `${name}.ipynb`));
  await promisify(execFile)(
    venvPython,
    ["-m", "jupyter", "execute", "--inplace", "--allow-errors", "--timeout=60", ...files],
    { env: closedEnvironment(), maxBuffer: 1 << 26 },
  );
  for (const [index, name] of names.entries())
    notebooks.set(name, JSON.parse(await readFile(files[index] ?? "", "utf8")) as Notebook);
}, 240_000);

describe("ordinary TypeScript", () => {
  it.each(names)("%s runs clean", (name) => {
    const notebook = named(name);
    expect(errorsIn(notebook)).toEqual([]);
    const complaints = notebook.cells
      .filter(({ id, cell_type }) => cell_type === "code" && id !== "error-stream")
      .map(({ id }) => printed(notebook, id, "stderr"));
    expect(complaints.join("")).toBe("");
  });

  it.each(claims)("%s: %s shows %s", (name, cell, shows) => {
    const notebook = named(name);
    const results = outputsOf(notebook, cell).flatMap(({ data = {} }) =>
      Object.entries(data)
        .filter(([type]) => type === "text/plain" || type === "text/latex")
        .map(([, text]) => [text].flat().join("")),
    );
    expect([printed(notebook, cell), ...results].filter((text) => text !== "").join("")).toMatch(shows);
  });

  it.each(pictures)("%s: %s draws %s", (name, cell, type) => {
    expect(mimeTypes(named(name), cell)).toContain(type);
  });

  it("keeps what goes to stderr apart", () => {
    expect(printed(named("timers-and-output"), "error-stream", "stderr")).toBe(
      "this is for stderr\nso is this\n",
    );
  });
});
