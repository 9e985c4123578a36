import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("07-tracegraph: the scatter stays where the blame is one's own, and learning gains by it", async () => {
  const notebook = await executeNotebook("07-tracegraph");
  expect(errorsIn(notebook)).toEqual([]);

  const scatter = (lamps: number, estimator: string) => {
    const line = printed(notebook, "noise")
      .split("\n")
      .find((text) => text.trim().startsWith(`${lamps} lamps, ${estimator} `) && !/and baseline/.test(text));
    return Number(/sd (\S+)/.exec(line ?? "")?.[1]);
  };
  expect(scatter(1, "Trace_ELBO"), "of one lamp they are the same").toBeCloseTo(
    scatter(1, "TraceGraph_ELBO"),
    1,
  );
  expect(scatter(40, "Trace_ELBO")).toBeGreaterThan(20 * scatter(40, "TraceGraph_ELBO"));
  expect(scatter(40, "TraceGraph_ELBO")).toBeCloseTo(scatter(1, "TraceGraph_ELBO"), 1);
  const controlled = [...printed(notebook, "noise").matchAll(/and baseline.* sd (\S+)/g)].map(([, sd]) => sd);
  expect(controlled).toHaveLength(4);
  for (const sd of controlled) expect(Number(sd)).toBeLessThan(0.2);

  const errors = [...printed(notebook, "training").matchAll(/steps (\S+)/g)].map(([, error]) =>
    Number(error),
  );
  const [blunt, graph, baseline] = errors as [number, number, number];
  expect(blunt, "still far off").toBeGreaterThan(0.1);
  expect(graph).toBeLessThan(0.06);
  expect(baseline).toBeLessThan(0.01);

  for (const cell of ["model", "noise", "training", "answers"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
});
