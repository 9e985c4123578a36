import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("08-vae: knows digits that it has not seen better than single pixels do", async () => {
  const notebook = await executeNotebook("08-vae");
  expect(errorsIn(notebook)).toEqual([]);

  const nats = [...printed(notebook, "score").matchAll(/-\d+/g)].map(Number);
  const [before, alone, after] = nats as [number, number, number];
  expect(before, "at best log 2 a pixel: it knew nothing").toBeLessThan(-500);
  expect(alone).toBeLessThan(-190);
  expect(after, "about forty nats, as the text says").toBeGreaterThan(alone + 34);
  const agreeing = Number(/same digit for (\d+) %/.exec(printed(notebook, "codes"))?.[1]);
  expect(agreeing, "three times what chance gives").toBeGreaterThan(30);

  for (const cell of ["data", "redraw", "travel"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("image/png");
  }
  for (const cell of ["model", "training", "codes"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
  expect(mimeTypes(notebook, "training"), "no live view stays behind").not.toContain(
    "application/vnd.jupyter.widget-view+json",
  );
});
