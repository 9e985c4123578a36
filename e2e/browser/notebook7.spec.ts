import { expect, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import { codeCell, idle, labOnCopy } from "./jupyter-lab.ts";

// As tall as the notebook: cells that are out of sight are taken off the page.
test.use({ viewport: { width: 1200, height: 4800 } });

let lab: Lab;
test.beforeAll(async () => {
  lab = await labOnCopy("notebook7");
});
test.afterAll(async () => {
  await lab.stop();
});

/** The classes of the pieces of a cell that are coloured. */
async function colours(page: Page, text: string): Promise<number> {
  return codeCell(page, text)
    .locator(".cm-line span[class]")
    .evaluateAll((pieces) => new Set(pieces.map((piece) => piece.className)).size);
}

test("Notebook 7 runs a notebook of the course, draws live, and keeps the picture", async ({ page }) => {
  const problems: string[] = [];
  // Notebook 7.6 has an error of its own when it starts; our module's come from a blob.
  page.on("pageerror", ({ stack = "" }) => {
    if (stack.includes("blob:")) problems.push(stack);
  });
  await page.goto(`${lab.origin}/notebooks/01-coin.ipynb?token=${lab.token}`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { curvesSeen: seen });
    new MutationObserver(() => {
      for (const curve of document.querySelectorAll(".tspyro-view svg")) seen.add(curve.innerHTML);
    }).observe(document.body, { subtree: true, childList: true });
  });
  await idle(page);
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
  const training = codeCell(page, "await svi.run");
  const posterior = codeCell(page, "its mean is");
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is 0.53", { timeout: 120_000 });
  const curves = await page.evaluate(
    () => (globalThis as unknown as { curvesSeen: Set<string> }).curvesSeen.size,
  );
  expect(curves, "states of the live curve").toBeGreaterThan(1);
  await expect(training.locator(".tspyro-view")).toHaveCount(0);
  await expect(training.locator("img[src^='data:image/svg+xml']")).not.toHaveCount(0);
  // Keywords, strings, numbers, types: TypeScript is coloured, not plain text.
  expect(await colours(page, "function model")).toBeGreaterThan(3);
  await page.screenshot({ path: "test-results/notebook7.png" });
  expect(problems).toEqual([]);
});
