import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, printed } from "./execute.ts";

it("11-time-series: spells are found, summed out exactly, and forecast; the level is the Kalman filter's", async () => {
  const notebook = await executeNotebook("11-time-series");
  expect(errorsIn(notebook)).toEqual([]);
  const numbers = (cell: string, pattern: RegExp) => {
    const found = pattern.exec(printed(notebook, cell)) ?? expect.fail(`${cell}: ${pattern}`);
    return found.slice(1).map(Number) as [number, number, number, number];
  };

  expect(printed(notebook, "data")).toMatch(
    /1461 days; wet 43 %\nwet after a wet day 67 %, after a dry day 24 %/,
  );
  const [byHand] = numbers("forward", /by hand +(\S+)/);
  const [byLibrary] = numbers("forward", /by TraceEnum (\S+)/);
  // Sums of 1080 numbers in float32, printed with two digits.
  expect(byLibrary).toBeCloseTo(byHand, 1);

  const [dry, dryLasts] = numbers("training", /state 0: rain on (\d+) % of its days, lasts (\S+) days/);
  const [wet, wetLasts] = numbers("training", /state 1: rain on (\d+) % of its days, lasts (\S+) days/);
  expect(dry).toBeLessThan(10);
  expect(wet).toBeGreaterThan(70);
  for (const days of [dryLasts, wetLasts]) expect(Math.abs(days - 7.3)).toBeLessThan(1.5);

  for (const after of ["after five dry days", "after five wet days"]) {
    const pattern = new RegExp(`${after}: forecast (\\d+) to (\\d+) %, happened (\\d+) %`);
    const [low, high, happened] = numbers("forecast", pattern);
    // A share of some 200 to 400 days: two standard errors are 5 %.
    expect(happened, after).toBeGreaterThan(low - 5);
    expect(happened, after).toBeLessThan(high + 5);
  }
  const forecaster = (name: string) =>
    numbers(
      "score",
      new RegExp(`^${name} +score (\\S+); makes up (\\d+) to (\\d+), the longest \\d+ to (\\d+)`, "m"),
    );
  const [real, longest] = numbers("score", /^real: (\d+) dry spells .*the longest (\d+) days/m);
  const [coin, chain, hidden] = [forecaster("coin"), forecaster("chain"), forecaster("hidden")];
  expect(hidden[0]).toBeGreaterThan(chain[0] + 0.005);
  expect(chain[0]).toBeGreaterThan(coin[0] + 0.05);
  expect(real, "no coin makes such spells").toBeGreaterThan(coin[2]);
  expect(real).toBeGreaterThan(hidden[1] - 4);
  for (const [, , , most] of [coin, chain, hidden])
    expect(most, "none knows the summer").toBeLessThan(longest);

  const [seen] = numbers("fan", /inside the band of 90 %: (\d+) %/);
  const [unseen] = numbers("fan", /(\d+) % of the 26/);
  // 182 and 26 weeks: two standard errors are 5 and 12 %.
  expect(Math.abs(seen - 90)).toBeLessThan(6);
  expect(unseen).toBeGreaterThan(77);
  const [byChain, kalman] = numbers("warmer", /chain (\S+) °C, Kalman filter (\S+) °C/);
  // Posterior sd 1.1 and some 300 effective draws; the filter takes drift and noise for known.
  expect(Math.abs(byChain - kalman)).toBeLessThan(0.5);
  expect(numbers("warmer", /were (\S+) to/)[0]).toBeGreaterThan(1);

  for (const cell of ["data", "model", "training", "decode", "forecast", "fan", "warmer"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
  const complaints = notebook.cells.map(({ id, cell_type }) =>
    cell_type === "code" ? printed(notebook, id, "stderr") : "",
  );
  expect(complaints.join("")).toBe("");
});
