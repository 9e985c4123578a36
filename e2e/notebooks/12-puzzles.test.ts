import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("12-puzzles: every answer is the known one", async () => {
  const notebook = await executeNotebook("12-puzzles");
  expect(errorsIn(notebook)).toEqual([]);

  expect(printed(notebook, "monty")).toBe("The car is behind: door A 0.333, door C 0.667\n");
  expect(printed(notebook, "monty-doubt")).toBe("The car is behind: door A 0.500, door C 0.500\n");
  // Pearl's numbers: 0.374 given the alarm, 0.003 when the earthquake is known.
  expect(printed(notebook, "alarm")).toMatch(/^Alarm: a burglar 0\.374, .*\n.*earthquake: a burglar 0\.003/);
  expect(printed(notebook, "liars")).toBe("Possible: Ann is a knave, Bob a knight, Cat a knave 1.000\n");
  // By hand: 4/9, 4/9 and 1/9.
  expect(printed(notebook, "meaning")).toMatch(/Understood: 1 0\.444, 2 0\.444, 3 0\.111/);

  const serial = Array.from({ length: 1000 }, (_, i) => (i + 1 < 254 ? 0 : (i + 1) ** -4));
  const mean = serial.reduce((sum, p, i) => sum + p * (i + 1), 0) / serial.reduce((sum, p) => sum + p, 0);
  expect(printed(notebook, "tanks")).toContain(`1000 runs; mean ${mean.toFixed(1)} tanks`);
  const estimate = (from: string) => {
    const found = new RegExp(`${from} +mean (\\S+), ESS (\\d+)`).exec(printed(notebook, "importance"));
    return { mean: Number(found?.[1]), ess: Number(found?.[2]) };
  };
  // The posterior's deviation is about 120: four standard errors at 1000 draws of each effective size.
  const [prior, guide] = [estimate("from prior"), estimate("from guide")];
  expect(Math.abs(prior.mean - mean)).toBeLessThan((4 * 120) / Math.sqrt(prior.ess));
  expect(Math.abs(guide.mean - mean)).toBeLessThan((4 * 120) / Math.sqrt(guide.ess));
  expect(guide.ess).toBeGreaterThan(3 * prior.ess);

  for (const cell of ["monty-doubt", "runs", "alarm", "meaning", "importance-picture"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
  const complaints = notebook.cells.map(({ id, cell_type }) =>
    cell_type === "code" ? printed(notebook, id, "stderr") : "",
  );
  expect(complaints.join("")).toBe("");
});
