import { expect, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import { codeCell, idle, labOnCopy, openNotebook, runAll, runCell, writeVariant } from "./jupyter-lab.ts";

let lab: Lab;

test.beforeAll(async () => {
  lab = await labOnCopy("coin");
});

test.afterAll(async () => {
  await lab.stop();
});

test("the coin learns live, and a cell that runs again starts fresh", async ({ page }) => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await openNotebook(page, lab, "01-coin.ipynb");
  await runAll(page);

  const training = codeCell(page, "await svi.run");
  await training.scrollIntoViewIfNeeded();
  const curve = training.locator(".tspyro-view svg").first();
  await expect(curve).toBeVisible({ timeout: 60_000 });
  const early = await curve.innerHTML();
  await expect.poll(() => curve.innerHTML(), { timeout: 20_000 }).not.toBe(early);
  await page.screenshot({ path: "test-results/coin-learning.png" });

  await idle(page);
  // What is left is a static picture of each view, not the live one.
  await expect(training.locator(".tspyro-view")).toHaveCount(0);
  await expect(training.locator("img[src^='data:image/svg+xml']")).toHaveCount(2);
  const posterior = codeCell(page, "its mean is");
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is 0.53");
  await page.screenshot({ path: "test-results/coin-learned.png" });

  await runCell(training);
  await expect(training.locator(".jp-OutputArea")).toContainText(/cleared/i, { timeout: 30_000 });
  await expect(training.locator(".jp-OutputArea")).toContainText(/\ba\b.*\bb\b/);
  await expect(curve).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: "test-results/coin-again.png" });
  await idle(page);
  await runCell(posterior);
  await idle(page);
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is 0.53");
  expect(problems).toEqual([]);
});

test("the stop button ends a run at once and keeps what was learned", async ({ page }) => {
  await writeVariant("coin", "01-coin.ipynb", "long.ipynb", (text) =>
    text.replace("svi.run(2000,", "svi.run(1000000,"),
  );
  await openNotebook(page, lab, "long.ipynb");
  await runAll(page);
  const training = codeCell(page, "await svi.run");
  await training.getByRole("button", { name: /stop/i }).first().click({ timeout: 60_000 });
  await idle(page, 20_000);
  await expect(training.locator("img[src^='data:image/svg+xml']")).toHaveCount(2);
  await expect(codeCell(page, "its mean is").locator(".jp-OutputArea")).toContainText("the guide is Beta(");
});
