import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFramework } from "./framework.ts";
import { readJupyter, writeJupyter } from "./jupyter.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { readObservable, writeObservable } from "./observable-html.ts";
import { toJupyter } from "./to-jupyter.ts";
import { toObservable } from "./to-observable.ts";

const folder = fileURLToPath(new URL("../../../notebooks", import.meta.url));
const library = new Set([
  ...["sample", "dist", "display", "SVI", "elboCurve"],
  ...["cellView", "cellValue", "cellText", "startCell"],
]);

const code = (source: string, tags: string[] = []): Cell => ({ id: "x", kind: "code", source, tags });
const notebook = (...cells: Cell[]): Notebook => ({ title: "t", cells });
const there = (...cells: Cell[]) => toObservable(notebook(...cells), library);

describe("the course", () => {
  test.each(globSync("*.ipynb", { cwd: folder }))("%s goes there and comes back", (file) => {
    const before = readJupyter(readFileSync(join(folder, file), "utf8"), basename(file));
    const html = writeObservable(toObservable(before, library).notebook);
    const back = toJupyter(readObservable(html, file)).notebook;
    const again = readJupyter(writeJupyter(back), file);
    expect(again.cells).toEqual(before.cells);
  });
});

describe("to Observable", () => {
  test("what a cell shows and prints is displayed, in the order of the cells", () => {
    const { notebook, losses } = there(
      code('const x = sample("x", dist.Normal(0, 1));\nconsole.log("x is", x);\nx'),
      code("const svi = new SVI();\ndisplay(elboCurve(svi));\nawait svi.run(10);", ["keep-params"]),
    );
    const [names, first, second] = notebook.cells.map(({ source }) => source);
    expect(names).toBe(
      '// The names of a fresh notebook.\nimport {\n  SVI,\n  cellText,\n  cellValue,\n  cellView,\n  dist,\n  elboCurve,\n  sample,\n  startCell,\n} from "./tspyro.js";',
    );
    expect(first).toBe(
      'startCell(1, invalidation);\nconst x = sample("x", dist.Normal(0, 1));\ndisplay(cellText("x is", x));\ndisplay(cellValue(x, invalidation));\nconst cell1 = true;',
    );
    expect(second).toBe(
      "startCell(2, invalidation, { keep: true });\nconst svi = new SVI();\ndisplay(cellView(elboCurve(svi), invalidation));\nawait svi.run(10);\nconst cell2 = cell1;",
    );
    expect(losses).toEqual([]);
  });

  test("a name that the notebook declares itself is not imported", () => {
    const { notebook } = there(code("function sample() { return 1; }\nsample()"));
    expect(notebook.cells[0]?.source).not.toContain("  sample,");
  });

  test.each([
    ["a module of Node's", ['import { readFileSync } from "node:fs";'], [1, '"node:fs"']],
    ["a name of two cells", ["const a = 1;", "const a = 2;"], [2, "declared in cell 1 already"]],
    ["what the kernel asks", ['const name = prompt("who?");'], [1, '"prompt"']],
    ["a magic", ["%typecheck off"], [1, "magics"]],
  ] as const)("%s is said not to be carried", (_, sources, [cell, what]) => {
    const { losses } = there(...sources.map((source) => code(source)));
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatchObject({ cell, what: expect.stringContaining(what) });
  });

  test("a script inside of a cell does not end it", () => {
    const source = 'const html = "<script>1</script>";\n\nconst tail = `a\n    b`;';
    const html = writeObservable(notebook(code(source)));
    expect(readObservable(html, "x").cells[0]?.source).toBe(source);
  });
});

test("cells of a page of Framework are its fences, and what stands between them", () => {
  const { title, cells } = readFramework(
    "# A page\n\nText.\n\n```js\nconst a = 1;\n```\n\n```js\na + 1\n```\n\n<p>End</p>\n",
    "x",
  );
  expect(title).toBe("A page");
  expect(cells.map(({ kind, source }) => [kind, source])).toEqual([
    ["markdown", "# A page\n\nText."],
    ["code", "const a = 1;"],
    ["code", "a + 1"],
    ["markdown", "<p>End</p>"],
  ]);
});

describe("to Jupyter", () => {
  test("what only Observable has, and what stands before what it needs, is said", () => {
    const { losses } = toJupyter(
      notebook(code("const y = x + 1;"), code("const x = view(document.createElement('input'));")),
    );
    expect(losses).toMatchObject([
      { cell: 1, what: expect.stringContaining('"x" is declared in cell 2') },
      { cell: 2, what: expect.stringContaining('"view" is Observable\'s own') },
    ]);
  });

  test("what is neither kind of notebook is refused", () => {
    expect(() => readObservable("<p>no</p>", "a.html")).toThrow("a.html is no notebook of Observable's");
    expect(() => readJupyter('{"nbformat": 3}', "b.ipynb")).toThrow(
      "b.ipynb is no Jupyter notebook of format 4",
    );
  });
});
