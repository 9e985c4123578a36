import { expect, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import {
  codeCell,
  idle,
  labOnCopy,
  openNotebook,
  runAll,
  runCell,
  setTheme,
  writeNotebook,
} from "./jupyter-lab.ts";

// As tall as the notebook: JupyterLab takes cells that are out of sight off the page.
test.use({ viewport: { width: 1200, height: 2000 } });

const attack = "<img src=x onerror=globalThis.attacked=true>";
const training = [
  "const data = tf.randomNormal([50], 3, 1, 'float32', 1);",
  "const model = () => {",
  "  const m = sample('m', dist.Normal(0, 10));",
  "  sample('x', dist.Normal(m, 1).expand([50]).toEvent(1), { obs: data });",
  "};",
  "const guide = () => {",
  "  const scale = param('scale', 1, { constraint: dist.constraints.positive });",
  `  sample('m', dist.Normal(tf.add(param('loc', 0), tf.mul(0, tf.sum(param('${attack}', [1, 2])))), scale));`,
  "};",
].join("\n");

let lab: Lab;
test.beforeAll(async () => {
  lab = await labOnCopy("dashboard");
  await writeNotebook("dashboard", "training.ipynb", [
    training,
    "const svi = new SVI(model, guide, new optim.SGD({ lr: 1e-5 }), new Trace_ELBO());\ndisplay(dashboard(svi));\nconst told = await svi.run(1e9);",
    "const loc = getParamStore().get('loc').dataSync()[0]; // what it has learned\n[told.ended, told.steps === svi.losses.length, Math.abs(loc - 3) < 1].join()",
  ]);
  await writeNotebook("dashboard", "chains.ipynb", [
    "const normal = () => { sample('z', dist.Normal(0, 1)); };",
    "const mcmc = new MCMC(new NUTS(normal, { compile: false }), { numSamples: 3000, warmupSteps: 200, numChains: 2 });\nawait mcmc.run();\nmcmc.getSamples().z.shape[0] < 6000",
  ]);
});
test.afterAll(async () => {
  await lab.stop();
});

/** Runs all cells; a kernel that is connected in that moment may not hear of it. */
async function start(page: Page, notebook: string): Promise<void> {
  await openNotebook(page, lab, notebook);
  await expect(async () => {
    await runAll(page);
    const prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first();
    await expect(prompt).toHaveText(/[\d*]/, { timeout: 10_000 });
  }).toPass();
}

const bar = (page: Page) => page.locator(".tspyro-toolbar").first();

/** Steps that the bar tells of. */
async function steps(page: Page): Promise<number> {
  const text = await bar(page).locator("span").first().textContent();
  return Number(/^([\d,]+) \//.exec(text ?? "")?.[1]?.replaceAll(",", ""));
}

/** The last of the learning rates, as the picture tells it to those who do not see. */
async function rate(page: Page): Promise<number> {
  const label = await page.locator(".tspyro-view > div > svg").first().getAttribute("aria-label");
  return Number(/Learning rate: from \S+ to ([\d.e−]+?)\. /.exec(label ?? "")?.[1]?.replace("−", "-"));
}

test("a dashboard's controls act on the run, and outlive a reload", async ({ page }) => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await start(page, "training.ipynb");
  await expect(bar(page).getByRole("button", { name: "Pause" })).toBeEnabled({ timeout: 60_000 });
  await expect.poll(() => steps(page), { timeout: 30_000 }).toBeGreaterThan(1000);
  await expect.poll(() => rate(page)).toBeCloseTo(1e-5, 9);

  // By the keyboard: every control is reached, one after the other.
  await bar(page).getByRole("button", { name: "Pause" }).focus();
  await page.keyboard.press("Enter");
  await expect(bar(page)).toContainText("paused");
  // The button's word and the last number may come in two messages; from then on it stands still.
  let paused = -1;
  await expect(async () => {
    paused = await steps(page);
    await page.waitForTimeout(500);
    expect(await steps(page)).toBe(paused);
  }).toPass();
  await page.waitForTimeout(500);
  expect(await steps(page)).toBe(paused);

  await page.keyboard.press("Tab");
  await expect(bar(page).getByRole("button", { name: "Step" })).toBeFocused();
  for (let i = 1; i <= 2; i++) {
    await page.keyboard.press("Enter");
    await expect.poll(() => steps(page)).toBe(paused + i);
  }
  await page.keyboard.press("Tab");
  await expect(bar(page).getByRole("button", { name: "Stop" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(bar(page).getByRole("slider", { name: "Learning rate, as a factor" })).toBeFocused();
  for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowLeft");
  await expect(bar(page).locator("output")).toHaveText("× 0.1");
  await page.keyboard.press("Tab");
  const log = bar(page).getByRole("checkbox", { name: "log scale" });
  await expect(log).toBeFocused();
  await page.keyboard.press("Space");
  await expect(log).toBeChecked();
  await page.screenshot({ path: "test-results/dashboard-light.png" });

  // Paused and saved, a page that is loaded again shows all of it.
  await page.keyboard.press("Control+s");
  await expect(page.locator(".jp-mod-dirty")).toHaveCount(0);
  await page.reload();
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await expect(bar(page).getByRole("button", { name: "Resume" })).toBeEnabled({ timeout: 60_000 });
  expect(await steps(page)).toBe(paused + 2);
  await expect(bar(page).locator("output")).toHaveText("× 0.1");
  await expect(bar(page).getByRole("checkbox", { name: "log scale" })).toBeChecked();

  await setTheme(page, "Dark");
  await bar(page).getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => steps(page)).toBeGreaterThan(paused + 1000);
  await expect.poll(() => rate(page)).toBeCloseTo(1e-6, 10);
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await idle(page, 20_000);

  // A page that was loaded in between shows the last picture; what was learned is there.
  await expect(bar(page).getByRole("button", { name: "Stop" })).toBeDisabled();
  await expect(bar(page)).toContainText("done");
  const after = codeCell(page, "has learned");
  await runCell(after);
  await expect(after.locator(".jp-OutputArea")).toContainText("stopped,true,true");

  expect(await page.evaluate(() => "attacked" in globalThis)).toBe(false);
  await expect(page.locator("img[src='x']")).toHaveCount(0);
  await page.screenshot({ path: "test-results/dashboard-ended.png" });
  await setTheme(page, "Light");
  expect(problems).toEqual([]);
});

test("MCMC shows a bar for each chain; a stop keeps the draws and leaves one line", async ({ page }) => {
  await start(page, "chains.ipynb");
  const cell = codeCell(page, "await mcmc.run");
  const picture = cell.locator(".tspyro-view svg").first();
  await expect(picture).toHaveAttribute(
    "aria-label",
    /Chain 1: [\d,]+ of 3,200 transitions, drawing, step size/,
    {
      timeout: 60_000,
    },
  );
  await expect(bar(page).locator("span").first()).toContainText("/ 6,400 transitions");
  await page.screenshot({ path: "test-results/chains.png" });
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await idle(page, 20_000);
  await expect(cell.locator(".tspyro-view")).toHaveCount(0);
  await expect(cell.locator(".jp-OutputArea")).toContainText(
    /MCMC: stopped after [\d,]+ of 6,400 transitions/,
  );
  await expect(cell.locator(".jp-OutputArea")).toContainText("true");
});
