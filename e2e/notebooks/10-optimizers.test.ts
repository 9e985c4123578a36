import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("10-optimizers: who arrives, and what a schedule buys", async () => {
  const notebook = await executeNotebook("10-optimizers");
  expect(errorsIn(notebook)).toEqual([]);

  const walk = printed(notebook, "walk");
  const heightOf = (walker: string) => {
    const line = walk.split("\n").find((text) => text.replace(/ +ends.*/, "") === walker);
    return Number(/height (\S+)/.exec(line ?? "")?.[1]);
  };
  expect(heightOf("SGD"), "crawls along the valley").toBeGreaterThan(1);
  expect(heightOf("SGD with momentum")).toBeLessThan(0.001);
  expect(heightOf("Adam")).toBeLessThan(0.001);
  for (const walker of ["RMSprop", "Adagrad"]) expect(heightOf(walker)).toBeLessThan(heightOf("SGD"));

  const errors = [...printed(notebook, "noise").matchAll(/20 epochs (\S+)/g)].map(([, error]) =>
    Number(error),
  );
  const [large, small, scheduled] = errors as [number, number, number];
  expect(scheduled, "it settles at the exact answer").toBeLessThan(0.01);
  expect(large, "it shakes").toBeGreaterThan(2 * scheduled);
  expect(small, "it has not arrived").toBeGreaterThan(0.1);
  expect(printed(notebook, "per-param")).toMatch(/loc: 0\.1 {2}of scale: 0\.02/);
  const centre = Number(/after 50 epochs: (\S+)/.exec(printed(notebook, "per-param"))?.[1]);
  expect(Math.abs(centre - 70 / 120), "it shakes with a rate of 0.1").toBeLessThan(0.08);

  for (const cell of ["surface", "walk-picture", "walk-heights", "rates", "noise", "schedules", "gallery"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
});
