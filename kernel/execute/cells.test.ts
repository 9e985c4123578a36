import { expect, it } from "vitest";
import { CellRegistry } from "./cells.ts";

const cell = (run: number, cellId?: string, source = "x".repeat(10)) => ({
  ...{ run, label: `Cell [${run}]`, source, cellId },
  ...{ written: source, code: source, map: () => "", locate: () => ({ line: 1, column: 1 }) },
});

it("forgets the oldest runs first", () => {
  const cells = new CellRegistry({ runs: 3, characters: 1000 });
  for (let run = 1; run <= 5; run++) cells.add(cell(run));
  expect([1, 2, 3, 4, 5].map((run) => cells.byRun(run)?.run)).toEqual([undefined, undefined, 3, 4, 5]);
  expect(cells.byLabel("Cell [2]")).toBeUndefined();
  expect(cells.place("tspyro-cell:1", 1, 1)).toBeUndefined();
  expect(cells.place("tspyro-cell:5", 1, 1)).toMatchObject({ line: 1, column: 1 });
});

it("keeps a cell at the top of the notebook, however often another one runs", () => {
  const cells = new CellRegistry({ runs: 10, characters: 1000 });
  cells.add(cell(1, "top"));
  for (let run = 2; run <= 500; run++) cells.add(cell(run, "again"));
  expect(cells.size).toBe(10);
  expect(cells.byRun(1)?.label).toBe("Cell [1]");
  expect(cells.byCellId("top")?.run).toBe(1);
  expect(cells.byCellId("again")?.run).toBe(500);
});

it("counts characters, and keeps the newest whatever its size", () => {
  const cells = new CellRegistry({ runs: 100, characters: 100 });
  for (let run = 1; run <= 20; run++) cells.add(cell(run));
  expect(cells.size).toBe(10);
  cells.add(cell(21, "huge", "y".repeat(1000)));
  expect(cells.size).toBe(1);
  expect(cells.byCellId("huge")?.run).toBe(21);
});
