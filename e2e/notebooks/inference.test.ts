import { describe, expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, type Notebook, printed } from "./execute.ts";

/** The number that a cell printed in the group of a pattern. */
const number = (notebook: Notebook, cell: string, pattern: RegExp): number =>
  Number(pattern.exec(printed(notebook, cell))?.[1]);

const complaints = (notebook: Notebook): string =>
  notebook.cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ id }) => printed(notebook, id, "stderr"))
    .join("");

const drawn = (notebook: Notebook, cells: readonly string[]): void => {
  for (const cell of cells) expect(mimeTypes(notebook, cell), cell).toContain("text/html");
};

describe("03-effect-handlers", () => {
  it("builds a Pyro of 150 lines that infers what the library does", { timeout: 180_000 }, async () => {
    const notebook = await executeNotebook("03-effect-handlers");
    expect(errorsIn(notebook)).toEqual([]);
    expect(complaints(notebook)).toBe("");
    const engine = notebook.cells
      .filter(({ id }) => id.startsWith("engine-"))
      .flatMap(({ source }) => [source].flat().join("").split("\n"))
      .filter((line) => line.trim() !== "");
    expect(engine.length).toBeLessThanOrEqual(150);
    // 1000 weighted runs: three standard errors of the share are .03.
    expect(Math.abs(number(notebook, "bayes", /handlers: +([\d.]+)/) - 0.955)).toBeLessThan(0.03);
    expect(Math.abs(number(notebook, "coin", /its mean is ([\d.]+)/) - 16 / 30)).toBeLessThan(0.02);
    expect(printed(notebook, "same")).toMatch(/^ours (-[\d.]+), the library's \1\n$/);
    drawn(notebook, ["journey", "coin-loss", "coin-density"]);
  });
});
