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

describe("04-svi-from-scratch", () => {
  it("sees two right gradients, one far noisier, and climbs", { timeout: 180_000 }, async () => {
    const notebook = await executeNotebook("04-svi-from-scratch");
    expect(errorsIn(notebook)).toEqual([]);
    expect(complaints(notebook)).toBe("");
    const sds = ["pathwise", "score function", "score function, baseline"].map((name) => {
      const [, mean, sd] =
        new RegExp(`^${name} +mean ([-\\d.]+) +sd of one draw ([\\d.]+)`, "m").exec(
          printed(notebook, "variance"),
        ) ?? expect.fail(name);
      // The mean of 5000 draws: four standard errors.
      expect(Math.abs(Number(mean) - 1.778), name).toBeLessThan((4 * Number(sd)) / Math.sqrt(5000));
      return Number(sd);
    });
    const [pathwise = 0, score = 0, baseline = 0] = sds;
    expect(pathwise).toBeLessThan(baseline);
    expect(baseline).toBeLessThan(score);
    expect(number(notebook, "variance", /lower by 100: sd of one draw (\d+)/)).toBeGreaterThan(10 * score);
    expect(number(notebook, "climb", /^pathwise ([\d.]+),/m)).toBeLessThan(
      number(notebook, "climb", /, score function ([\d.]+)$/m),
    );
    expect(Math.abs(number(notebook, "svi", /^loc ([\d.]+)/m) - 9.14)).toBeLessThan(0.05);
    expect(Math.abs(number(notebook, "svi", /scale ([\d.]+);/) - 0.6)).toBeLessThan(0.05);
    drawn(notebook, ["model", "hill", "variance", "climb", "svi"]);
  });
});

describe("05-eight-schools", () => {
  it("opens the funnel by another way to write the model", { timeout: 240_000 }, async () => {
    const notebook = await executeNotebook("05-eight-schools");
    expect(errorsIn(notebook)).toEqual([]);
    expect(complaints(notebook)).toBe("");
    const open = (pattern: RegExp) => number(notebook, "open", pattern);
    expect(open(/divergences: centred (\d+)/)).toBeGreaterThan(3 * open(/non-centred (\d+)$/m));
    expect(open(/effective draws of tau: .*non-centred (\d+)/)).toBeGreaterThan(
      3 * open(/effective draws of tau: centred (\d+)/),
    );
    // Posterior sd 3.3 and 3.2, at least 600 effective draws: four standard errors.
    expect(Math.abs(open(/^mu ([\d.]+)/m) - 4.4)).toBeLessThan(0.55);
    expect(Math.abs(open(/tau ([\d.]+)$/m) - 3.6)).toBeLessThan(0.55);
    expect(open(/^non-centred: ([\d.]+) %/m)).toBeGreaterThan(
      number(notebook, "funnel", /^centred: ([\d.]+) %/m),
    );
    const [centred, nonCentred] = [/^centred +ELBO ([-\d.]+)/m, /^non-centred +ELBO ([-\d.]+)/m].map(
      (pattern) => number(notebook, "svi", pattern),
    ) as [number, number];
    expect(nonCentred).toBeGreaterThan(centred + 0.5);
    // Average of 1000 steps of four particles: its standard error is below .02.
    expect(nonCentred).toBeLessThan(-31.31 + 0.05);
    expect(number(notebook, "answer", /believed ([\d.]+)/)).toBeLessThan(10);
    // Shares of 2000 draws: A and G are .19 and .18, the standard error of the difference is .014.
    const [a, g] = [/ A ([\d.]+)/, / G ([\d.]+)/].map((share) => number(notebook, "answer", share)) as [
      number,
      number,
    ];
    expect(Math.abs(a - g)).toBeLessThan(0.06);
    expect(a).toBeLessThan(0.27);
    drawn(notebook, ["data", "model", "nuts", "funnel", "reparam", "open", "svi", "answer"]);
  });
});

describe("06-mixtures", () => {
  it("finds three species without labels by summing the kinds out", { timeout: 240_000 }, async () => {
    const notebook = await executeNotebook("06-mixtures");
    expect(errorsIn(notebook)).toEqual([]);
    expect(complaints(notebook)).toBe("");
    const [byHand = Number.NaN, byLibrary] = [/by hand +([-\d.]+)/, /by TraceEnum ([-\d.]+)/].map((pattern) =>
      number(notebook, "enum", pattern),
    );
    // Sums of 342 numbers in float32, printed with two digits.
    expect(byLibrary).toBeCloseTo(byHand, 1);
    const noise = [/by the flock: +([\d.]+)/, /by the bird: +([\d.]+)/, /enumerated: +([\d.]+)/].map(
      (pattern) => number(notebook, "noise", pattern),
    ) as [number, number, number];
    expect(noise[0]).toBeGreaterThan(10 * noise[1]);
    expect(noise[1]).toBeGreaterThan(1);
    // No draw is left in it: only rounding, of terms as large as ten.
    expect(noise[2]).toBeLessThan(1e-3);
    expect(number(notebook, "reveal", /^([\d.]+) % of the birds/m)).toBeGreaterThan(93);
    expect(number(notebook, "kinds", /^(\d+) of 342/m)).toBeLessThan(60);
    drawn(notebook, ["data", "model", "by-hand", "training", "kinds", "reveal"]);
  });
});
