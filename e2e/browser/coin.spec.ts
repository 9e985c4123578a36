import { expect, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import { codeCell, idle, labOnCopy, openNotebook, runAll, runCell, writeVariant } from "./jupyter-lab.ts";

// As tall as the notebook: JupyterLab takes cells that are out of sight off the page.
test.use({ viewport: { width: 1200, height: 4800 } });

let lab: Lab;

/** Notes every state of a live curve that the page draws. */
async function watchCurves(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(globalThis, { curvesSeen: seen });
    new MutationObserver(() => {
      for (const curve of document.querySelectorAll(".tspyro-view svg")) seen.add(curve.innerHTML);
    }).observe(document.body, { subtree: true, childList: true });
  });
}
const curvesSeen = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { curvesSeen: Set<string> }).curvesSeen.size);

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
  await watchCurves(page);
  await runAll(page);
  const training = codeCell(page, "await svi.run");
  const posterior = codeCell(page, "its mean is");
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is", { timeout: 90_000 });
  await idle(page);
  // Compiled steps are done in a moment.
  expect(await curvesSeen(page)).toBeGreaterThan(1);
  // What is left is a static picture of each view, not the live one.
  await expect(training.locator(".tspyro-view")).toHaveCount(0);
  await expect(training.locator("img[src^='data:image/svg+xml']")).not.toHaveCount(0);
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is 0.53");
  await page.screenshot({ path: "test-results/coin-learned.png" });

  await runCell(training);
  await expect(training.locator(".jp-OutputArea")).toContainText(/cleared/i, { timeout: 30_000 });
  await expect(training.locator(".jp-OutputArea")).toContainText(/\ba\b.*\bb\b/);
  await page.screenshot({ path: "test-results/coin-again.png" });
  await idle(page);
  await runCell(posterior);
  await idle(page);
  await expect(posterior.locator(".jp-OutputArea")).toContainText("its mean is 0.53");
  expect(problems).toEqual([]);
});

test("the stop button ends a run at once and keeps what was learned", async ({ page }) => {
  await writeVariant("coin", "01-coin.ipynb", "long.ipynb", (text) =>
    // Minutes of compiled steps, however quick the machine is.
    text.replace("svi.run(2000,", "svi.run(200_000_000,"),
  );
  await openNotebook(page, lab, "long.ipynb");
  await runAll(page);
  const training = codeCell(page, "await svi.run");
  const stop = training.getByRole("button", { name: /stop/i }).first();
  await expect(stop).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: "test-results/coin-learning.png" });
  await stop.click();
  await idle(page, 20_000);
  await expect(training.locator("img[src^='data:image/svg+xml']")).not.toHaveCount(0);
  await expect(codeCell(page, "its mean is").locator(".jp-OutputArea")).toContainText("the guide is Beta(");
});

const endings: [string, (page: Page) => Promise<void>, (text: string) => string][] = [
  [
    "restarted",
    async (page) => {
      await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
      await page.locator('.lm-Menu-item[data-command="kernelmenu:restart"]').click();
      await page.locator(".jp-Dialog button.jp-mod-warn").click();
    },
    (text) => text,
  ],
  ["killed", async () => {}, (text) => `setTimeout(() => process.kill(process.pid, 9), 2500); ${text}`],
];

for (const [what, end, edit] of endings) {
  test(`a picture whose kernel is ${what} in mid-run keeps its last state and says so`, async ({ page }) => {
    await writeVariant("coin", "01-coin.ipynb", `${what}.ipynb`, (text) =>
      text.replace("await svi.run(2000,", edit("await svi.run(200_000_000,")),
    );
    await openNotebook(page, lab, `${what}.ipynb`);
    await runAll(page);
    const training = codeCell(page, "await svi.run");
    await expect(training.locator(".tspyro-view svg").first()).toBeVisible({ timeout: 60_000 });
    await end(page);
    const note = training.locator(".tspyro-gone").first();
    await expect(note).toContainText("kernel that drew this is gone", { timeout: 30_000 });
    await expect(training.locator(".tspyro-view svg").first()).toBeVisible();
    await expect(training.getByRole("button", { name: /pause|stop/i })).toHaveCount(0);
    await training.screenshot({ path: `test-results/coin-${what}.png` });
  });
}
