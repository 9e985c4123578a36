import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("14-model-criticism: the check catches the wrong model and lets the better one pass", async () => {
  const notebook = await executeNotebook("14-model-criticism");
  expect(errorsIn(notebook)).toEqual([]);
  const p = (model: string) =>
    Number(new RegExp(`${model}: .* p = (\\S+)`).exec(printed(notebook, "statistic"))?.[1]);
  expect(p("one kind")).toBeLessThan(0.01);
  expect(p("two kinds")).toBeGreaterThan(0.02);
  expect(p("two kinds")).toBeLessThan(0.98);
  for (const cell of ["check", "calibration"]) expect(mimeTypes(notebook, cell), cell).toContain("text/html");
});
