import { describe, expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

/** The notebook's own printed numbers are what a student reads, so they are what is checked. */
const numbers = (text: string): number[] => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe("01-coin", () => {
  it("ends near the exact posterior and shows its pictures", { timeout: 180_000 }, async () => {
    const notebook = await executeNotebook("01-coin");
    expect(errorsIn(notebook)).toEqual([]);
    const text = printed(notebook, "posterior-mean");
    const mean = Number(/its mean is ([\d.]+)/.exec(text)?.[1]);
    expect(Math.abs(mean - 16 / 30)).toBeLessThan(0.01);
    for (const cell of ["model", "training", "exact"]) {
      expect(mimeTypes(notebook, cell), cell).toContain("text/html");
    }
    expect(mimeTypes(notebook, "training"), "no live view stays behind in a saved notebook").not.toContain(
      "application/vnd.jupyter.widget-view+json",
    );
  });
});

describe("02-regression", () => {
  it("agrees with least squares and covers the data", { timeout: 240_000 }, async () => {
    const notebook = await executeNotebook("02-regression");
    expect(errorsIn(notebook)).toEqual([]);
    const rows = printed(notebook, "coefficients").trim().split("\n");
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      const [posterior = Number.NaN, sd, leastSquares = Number.NaN] = numbers(row.replace(/^.*\)/, ""));
      expect(Math.abs(posterior / leastSquares - 1), row).toBeLessThan(0.02);
      expect(sd).toBeGreaterThan(0);
    }
    const [covered] = numbers(printed(notebook, "predictive"));
    expect(covered).toBeGreaterThan(85);
    expect(covered).toBeLessThan(95);
  });
});
