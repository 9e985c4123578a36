/** What the notebooks are saved with: readers look at them without a kernel, on paper and on the web. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../kernel/setup/paths.ts";
import { errorsIn, type Notebook, printed } from "./execute.ts";

const folder = join(root, "notebooks");
const names = (await readdir(folder))
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => file.slice(0, -".ipynb".length))
  .sort();
const syllabus = await readFile(join(folder, "README.md"), "utf8");

const text = (source: string | string[]): string => [source].flat().join("");

describe.each(names)("%s", (name) => {
  const read = async () => {
    const file = await readFile(join(folder, `${name}.ipynb`), "utf8");
    return { file, notebook: JSON.parse(file) as Notebook };
  };

  it("is kept with its outputs, without errors, warnings and live views", async () => {
    const { file, notebook } = await read();
    const code = notebook.cells.filter(({ cell_type }) => cell_type === "code");
    const counts = code.map((cell) => (cell as { execution_count?: number | null }).execution_count);
    expect(counts, "run once, from top to bottom").toEqual(code.map((_, i) => i + 1));
    expect(errorsIn(notebook)).toEqual([]);
    expect(code.map(({ id }) => printed(notebook, id, "stderr")).join("")).toBe("");
    const outputs = code.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.some(({ data }) => /<svg|<img/.test(text(data?.["text/html"] ?? "")))).toBe(true);
    expect(outputs.flatMap(({ data }) => Object.keys(data ?? {}))).not.toContain(
      "application/vnd.jupyter.widget-view+json",
    );
    expect(file.length, "the size of a picture, not of a film").toBeLessThan(1e6);
    expect(file).not.toMatch(/"(execution|widgets)": \{/);
  });

  it("has goals, three exercises with folded solutions, references, and a line in the syllabus", async () => {
    const { notebook } = await read();
    const prose = notebook.cells
      .filter(({ cell_type }) => cell_type === "markdown")
      .map((cell) => text(cell.source));
    expect(prose[0]).toMatch(/^# \d+ · /);
    expect(prose[0]).toMatch(/^(1\.|- )/m);
    const exercises = prose.find((cell) => cell.startsWith("## Exercises")) ?? expect.fail("no exercises");
    expect(exercises.match(/^\d\. /gm)).toHaveLength(3);
    expect(exercises.match(/<details><summary>Solution<\/summary>/g)).toHaveLength(3);
    expect(exercises.match(/<\/details>/g)).toHaveLength(3);
    expect(prose.some((cell) => cell.startsWith("## References"))).toBe(true);
    expect(syllabus).toContain(`(${name}.ipynb)`);
  });
});
