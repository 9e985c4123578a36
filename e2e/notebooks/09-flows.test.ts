import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("09-flows: what an egg misses and a flow does not, and which way a flow is fast", async () => {
  const notebook = await executeNotebook("09-flows");
  expect(errorsIn(notebook)).toEqual([]);

  // By quadrature in double precision on a grid ten times as fine.
  expect(printed(notebook, "model")).toBe("log evidence -1.987\n");
  const hiker = (cell: string, name: string) => {
    const line = new RegExp(`^${name} +missing (\\S+) nats; far to the side: (\\S+) %$`, "m");
    const [, missing, aside] = line.exec(printed(notebook, cell)) ?? expect.fail(name);
    return { missing: Number(missing), aside: Number(aside) };
  };
  const exact = hiker("eggs", "exact").aside;
  expect(exact).toBeCloseTo(26.6, 1);
  for (const name of ["AutoNormal", "AutoMultivariateNormal"]) {
    expect(hiker("eggs", name).missing, name).toBeGreaterThan(0.5);
    expect(hiker("eggs", name).aside, name).toBeLessThan(5);
  }
  const flow = hiker("flow", "flow of 3 layers");
  expect(flow.missing).toBeLessThan(0.1);
  // A share of 4000 draws: its standard error is 0.7 %.
  expect(Math.abs(flow.aside - exact)).toBeLessThan(6);

  const schools = (name: string) =>
    Number(new RegExp(`^${name} .*missing (\\S+) nats`, "m").exec(printed(notebook, "schools"))?.[1]);
  expect(schools("AutoNormal")).toBeGreaterThan(2);
  expect(schools("AutoMultivariateNormal")).toBeGreaterThan(1.2);
  expect(schools("AutoIAFNormal")).toBeLessThan(0.4);
  // Averages of 8000 draws: the standard error is below .03.
  expect(schools("AutoIAFNormal"), "no ELBO lies above the evidence").toBeGreaterThan(-0.1);

  const slower = [...printed(notebook, "cost").matchAll(/(\d+) times slower/g)].map(([, times]) =>
    Number(times),
  );
  expect(slower).toHaveLength(2);
  // 64 passes against one; a busy machine may take some of it away.
  for (const times of slower) expect(times).toBeGreaterThan(3);

  for (const cell of ["model", "shapes", "layers", "funnel", "cost"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
  const complaints = notebook.cells.map(({ id, cell_type }) =>
    cell_type === "code" ? printed(notebook, id, "stderr") : "",
  );
  expect(complaints.join("")).toBe("");
});
