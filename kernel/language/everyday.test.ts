import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { splitMagics } from "../magics/split.ts";
import { Notebook } from "./testing/notebook.ts";

const folder = join(import.meta.dirname, "../../e2e/notebooks/everyday");
const notebook = new Notebook();
afterAll(() => notebook.close());

interface Saved {
  cells: { cell_type: string; id: string; source: string[] }[];
}

/** Notebooks of ordinary TypeScript, which e2e/notebooks executes: TypeScript has nothing to say against them. */
describe("types in notebooks of ordinary use", () => {
  test.each(readdirSync(folder))("%s", (file) => {
    notebook.converter.reset();
    const { cells } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Saved;
    const found = cells
      .filter(({ cell_type }) => cell_type === "code")
      .flatMap(({ id, source }) => {
        const { code } = splitMagics(source.join(""));
        return (notebook.run(code)[0] ?? []).map((problem) => `${id}: ${problem}`);
      })
      // Modules beside the notebook are written by the notebook itself.
      .filter((problem) => !/TS2307 Cannot find module '\.\//.test(problem));
    expect(found).toEqual([]);
  });
});
