import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, outputsOf, printed } from "./execute.ts";

it("15-nuts: the signs tell ill chains from healthy ones, and k finds the bird", async () => {
  const notebook = await executeNotebook("15-nuts");
  expect(errorsIn(notebook)).toEqual([]);
  const row = (cell: string, name: string) => {
    const text = outputsOf(notebook, cell).flatMap(({ data }) => [data?.["text/plain"] ?? ""].flat());
    const line = text
      .join("")
      .split("\n")
      .find((candidate) => candidate.startsWith(name));
    return (line ?? expect.fail(name))
      .slice(name.length)
      .match(/-?\d+(\.\d+)?/g)
      ?.map(Number) as number[];
  };

  const [divergences = 0, rHat = 0, ess = 0, steps = 0, below3 = 0] = row("cure", "as it is");
  expect(divergences).toBeGreaterThan(5);
  expect(rHat).toBeGreaterThan(1.01);
  expect(ess).toBeLessThan(300);
  expect(below3, "the neck is not visited").toBeLessThan(13);
  const [fewer = 0, , , moreSteps = 0] = row("cure", "smaller steps");
  expect(fewer).toBeLessThan(divergences);
  expect(moreSteps).toBeGreaterThan(steps);
  const [none, healed = 0, independent = 0, fewSteps = 0, three = 0, six = 0] = row(
    "cure",
    "another geometry",
  );
  expect(none).toBe(0);
  expect(healed).toBeLessThan(1.01);
  expect(independent).toBeGreaterThan(1000);
  expect(fewSteps).toBeLessThan(steps);
  // Shares of 4000 draws: four standard errors of .159 and .023 are 2.3 and 0.9 %, in percent.
  expect(Math.abs(three - 15.9)).toBeLessThan(2.4);
  expect(Math.abs(six - 2.3)).toBeLessThan(1);

  const chains = [
    ...printed(notebook, "twin").matchAll(/mean (\S+), R-hat (\S+), ESS (\d+), 0 divergences/g),
  ];
  const [[, mean, alone], [, , four]] = chains as [RegExpMatchArray, RegExpMatchArray];
  expect(Math.abs(Number(mean)), "one hill only").toBeGreaterThan(5);
  expect(Number(alone)).toBeLessThan(1.02);
  expect(Number(four)).toBeGreaterThan(1.3);

  for (const model of ["line", "shifted", "tilted"]) {
    const [, , k = 1, largest = 2] = row("penguins", model);
    expect(k, model).toBeLessThan(0.7);
    expect(largest, model).toBeLessThan(1.02);
  }
  const gains = [...printed(notebook, "penguins").matchAll(/: (\S+) ± (\S+) nats/g)].map(
    ([, gain, error]) => ({
      gain: Number(gain),
      error: Number(error),
    }),
  );
  const [species, slopes] = gains as [(typeof gains)[0], (typeof gains)[0]];
  expect(species.gain).toBeGreaterThan(2 * species.error);
  expect(slopes.gain).toBeGreaterThan(0);
  expect(slopes.gain).toBeLessThan(2 * slopes.error);

  const patient = (name: string) => {
    const line = new RegExp(
      `^${name} +spread (\\S+) kg; R-hat (\\S+); largest k (\\S+) \\(bird (\\d+)\\)`,
      "m",
    );
    const [, spread, r, k, bird] = line.exec(printed(notebook, "slip")) ?? expect.fail(name);
    return { spread: Number(spread), rHat: Number(r), k: Number(k), bird: Number(bird) };
  };
  const [well, mistyped, heavy] = ["shifted", "mistyped", "mistyped, heavy tails"].map(patient) as [
    ReturnType<typeof patient>,
    ReturnType<typeof patient>,
    ReturnType<typeof patient>,
  ];
  expect(mistyped.k).toBeGreaterThan(0.7);
  expect(mistyped.bird).toBe(200);
  expect(mistyped.rHat, "the chain is healthy").toBeLessThan(1.02);
  expect(mistyped.spread).toBeGreaterThan(4 * well.spread);
  expect(heavy.k).toBeLessThan(0.7);
  expect(heavy.spread).toBeLessThan(1.1 * well.spread);

  for (const cell of ["patient", "pairs", "ranks", "cure", "cured", "twin", "slip"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
  const complaints = notebook.cells.map(({ id, cell_type }) =>
    cell_type === "code" ? printed(notebook, id, "stderr") : "",
  );
  expect(complaints.join("")).toBe("");
});
