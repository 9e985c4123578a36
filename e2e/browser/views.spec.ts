import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import {
  codeCell,
  idle,
  labFolder,
  labOnCopy,
  runAll,
  runCell,
  setTheme,
  writeNotebook,
} from "./jupyter-lab.ts";

// As tall as the notebook: JupyterLab takes cells that are out of sight off the page.
test.use({ viewport: { width: 1200, height: 4600 } });

const attack = "<img src=x onerror=globalThis.attacked=true>";
const setUp = [
  "const data = [2.1, 3.4, 2.8, 3.9, 3.1];",
  "const model = () => {",
  "  const m = sample('m', dist.Normal(0, 10));",
  "  const doubled = deterministic('doubled', tf.mul(m, 2));",
  "  plate('data', 5, () => sample('x', dist.Normal(doubled, param('noise', 1, { constraint: dist.constraints.positive })), { obs: data }));",
  "};",
  "const guide = () => {",
  `  const odd = param('${attack}', [1, 2]);`,
  "  sample('m', dist.Normal(tf.add(param('loc', 0), tf.mul(0, tf.sum(odd))), param('scale', 1, { constraint: dist.constraints.positive })));",
  "};",
  "const svi = new SVI(model, guide, new optim.Adam({ lr: 0.05 }), new Trace_ELBO());",
  "for (let i = 0; i < 5; i++) svi.step();",
].join("\n");
const cells: readonly (readonly [name: string, source: string])[] = [
  ["model", "renderModel(model, { distributions: 'legend', title: 'Measured five times' })"],
  ["model-tex", "renderModel(model, { distributions: 'tex', params: false })"],
  ["trace", `traceView({ model, guide: () => { guide(); sample("${attack}!", dist.Normal(0, 1)); } })`],
  ["elbo", "elboCurve({ first: svi, second: [40, 30, 28, 27, 26.5] })"],
  ["posterior", "posteriorPlot({ m: Array.from({ length: 400 }, (_, i) => Math.sin(i) + i / 300) })"],
  ["params", "paramStoreView(getParamStore(), { edit: true })"],
  [
    "sliders",
    "distributionSliders(dist.Gamma, { concentration: [1, 9], rate: [0.5, 4] }, { label: 'time (s)' })",
  ],
];

let lab: Lab;
test.beforeAll(async () => {
  lab = await labOnCopy("views");
  await writeNotebook("views", "views.ipynb", [setUp, ...cells.map(([, source]) => source)]);
});
test.afterAll(async () => {
  await lab.stop();
});

const cellOf = (page: Page, name: string) =>
  codeCell(page, (cells.find(([own]) => own === name)?.[1] ?? "").split("guide:")[0] ?? "");

test("every view is drawn, the live ones act by the keyboard, and all outlive a reload", async ({ page }) => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(
    `${lab.origin}/lab/workspaces/views-${Date.now()}/tree/views.ipynb?token=${lab.token}&reset`,
  );
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await idle(page);
  await runAll(page);
  const table = cellOf(page, "params");
  const sliders = cellOf(page, "sliders");
  await expect(sliders.locator(".tspyro-view svg")).toBeVisible({ timeout: 90_000 });
  await idle(page);
  for (const name of ["model", "elbo", "posterior"])
    await expect(cellOf(page, name).locator("img[src^='data:image/svg+xml']")).toBeVisible();
  await expect(cellOf(page, "trace").locator("tr[title^='m (latent)']")).toContainText("both ✓");
  await expect(cellOf(page, "model-tex").locator(".MathJax, mjx-container").first()).toBeVisible();

  // The table: search, numbers, reset, delete and back, save; each by the keyboard.
  const press = async (name: string) => {
    await table.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  const rows = table.locator("tbody tr[data-param]");
  await expect(rows).toHaveCount(4);
  await table.getByRole("searchbox", { name: "Search parameters" }).focus();
  await page.keyboard.type("sca");
  await expect(rows).toHaveCount(1);
  await press("Numbers");
  await expect(table.locator("svg[aria-label^='Numbers of scale']")).toBeVisible();
  await press("Reset");
  await expect(table.getByRole("status")).toHaveText("scale is back at its first value");
  await expect(rows.first().getByRole("cell", { name: "1", exact: true })).toBeVisible();
  await press("Delete");
  await expect(rows).toHaveCount(0);
  await press("Undo");
  await expect(rows).toHaveCount(1);
  await table.getByRole("searchbox").fill("");
  await expect(rows).toHaveCount(4);
  await press("Save");
  await expect(table.getByRole("status")).toHaveText("saved to params.json");
  expect(await readFile(join(labFolder("views"), "params.json"), "utf8")).toContain('"scale"');
  await press("Load");
  await expect(table.getByRole("status")).toHaveText("loaded params.json: 4 replaced, 0 new");
  await rows.last().locator("th").click();

  // The sliders, reached one after the other.
  const rate = sliders.getByRole("slider", { name: /rate/ });
  await sliders.getByRole("slider", { name: /concentration/ }).focus();
  await page.keyboard.press("Tab");
  await expect(rate).toBeFocused();
  const before = await rate.inputValue();
  for (let i = 0; i < 4; i++) await page.keyboard.press("PageUp");
  expect(Number(await rate.inputValue())).toBeGreaterThan(Number(before));
  await expect(sliders.locator(".tspyro-view svg")).toContainText("at the start");
  await page.keyboard.press("Tab");
  await expect(sliders.getByRole("button", { name: "Keep as picture" })).toBeFocused();
  const chosen = await rate.inputValue();

  await page.keyboard.press("Control+s");
  await expect(page.locator(".jp-mod-dirty")).toHaveCount(0);
  await page.reload();
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await expect(rows).toHaveCount(4, { timeout: 60_000 });
  await expect(rate).toHaveValue(chosen);
  await setTheme(page, "Dark");
  await expect(sliders.locator(".tspyro-view svg")).toBeVisible();
  await setTheme(page, "Light");

  // What a person is through with becomes a picture that a saved notebook shows.
  await sliders.getByRole("button", { name: "Keep as picture" }).click();
  await press("Keep as picture");
  await runCell(codeCell(page, "renderModel(model, { distributions: 'tex'"));
  await idle(page);

  expect(await page.evaluate(() => "attacked" in globalThis)).toBe(false);
  await expect(page.locator("img[src='x']")).toHaveCount(0);
  expect(problems).toEqual([]);
});
