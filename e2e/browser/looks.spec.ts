/**
 * Every view as JupyterLab and Notebook 7 show it: live in the middle of a run and as it is left, light and dark, each a
 * tile of a sheet that somebody has looked at.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import { themeOf } from "../../widgets/views/theme.ts";
import { codeCell, idle, labFolder, labOnCopy, runAll, setTheme, writeNotebook } from "./jupyter-lab.ts";
import { compareSheet, pngUrl } from "./sheet.ts";

// A front end may still move its boxes while they are measured; what is wrong with a picture is wrong in each of three.
test.describe.configure({ retries: 2 });

// As tall as the notebook: cells that are out of sight are taken off the page.
test.use({ viewport: { width: 1200, height: 9000 } });

const setUp = `
setRngSeed(1);
const data = [2.1, 3.4, 2.8, 3.9, 3.1];
const model = () => {
  const m = sample('m', dist.Normal(0, 10));
  const doubled = deterministic('doubled', tf.mul(m, 2));
  plate('data', 5, () => sample('x', dist.Normal(doubled, 1), { obs: data }));
};
const guide = () => {
  sample('m', dist.Normal(param('loc', 0), param('scale', 1, { constraint: dist.constraints.positive })));
};
const svi = new SVI(model, guide, new optim.Adam({ lr: 0.05 }), new Trace_ELBO());
const wave = (n: number, shift = 0) => Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + shift) + Math.cos(0.9 * i * i));
const draws = { mu: tf.tensor2d(wave(400), [4, 100]), tau: tf.tensor2d(wave(400, 2).map(Math.exp), [4, 100]) };
const flat = { mu: wave(400), tau: wave(400, 2).map(Math.exp) };
const valley = (x: tf.Tensor, y: tf.Tensor) => tf.add(tf.square(x), tf.mul(10, tf.square(y)));
const curve = jit((x: tf.Tensor) => tf.sum(tf.square(tf.sin(x))));
for (let i = 0; i < 3; i++) curve(tf.tensor1d([1, 2, 3]));
const walk = (xy: optim.raw.Params) => new optim.raw.Adam(xy, { lr: 0.3 });
`.trim();

/** They are drawn once. */
const still: Cells = {
  model: "renderModel(model, { distributions: 'legend' })",
  "model-tex": "renderModel(model, { distributions: 'tex' })",
  distribution: "dist.Normal(0, 1)",
  trace: "traceView({ model, guide })",
  posterior: "posteriorPlot(flat, { prior: { mu: wave(200, 1) } })",
  forest: "forestPlot(flat)",
  pairs: "pairsPlot(flat)",
  ranks: "rankPlot(draws, { groupByChain: true })",
  traces: "tracePlot(draws, { groupByChain: true })",
  check: "predictiveCheck(tf.tensor2d(wave(400), [80, 5]), data)",
  calibration: "calibrationPlot({ ranks: { mu: wave(60).map((x) => Math.floor(25 * (x + 2))) }, draws: 99 })",
  densities: "density({ prior: dist.Beta(10, 10), guide: dist.Beta(16, 14) }, { domain: [0, 1] })",
  optimizers: "optimizerPath(valley, { Adam: walk }, { start: [-4, 2] })",
  schedule:
    "optim.plotSchedule(optim.ExponentialLR({ optimizer: optim.Adam, optimArgs: { lr: 0.1 }, gamma: 0.9 }), 40)",
  program: "curve.program",
  particles: "particleSpread(svi)",
};

/** They follow a run; a cell each, because Notebook 7 puts long outputs into a box of their own. */
const followers = {
  table: "paramStoreView(getParamStore(), { edit: true, numbers: ['loc'] })",
  sliders:
    "distributionSliders(dist.Gamma, { concentration: [1, 9], rate: [0.5, 4] }, { label: 'time (s)' })",
  curve: "elboCurve({ 'this run': svi, before: wave(300).map((x, i) => 40 + x + 300 / (i + 1)) })",
  sites: "traceView(svi)",
  dashboard: "display(dashboard(svi));",
} as const;

/** The run is held at its 200th step until there is a file. */
const run = `
const { existsSync } = await import('node:fs');
const hold = async () => {
  console.log('held');
  while (!existsSync(FILE)) await new Promise((resolve) => setTimeout(resolve, 50));
};
${followers.dashboard}
await svi.run(300, { compile: false, onStep: (step) => (step === 200 ? hold() : undefined) });
'the end'
`.trim();

let lab: Lab;
test.beforeAll(async () => {
  lab = await labOnCopy("looks");
  for (const name of ["lab", "notebook7"]) {
    const { dashboard: _, ...before } = followers;
    const last = run.replace("FILE", JSON.stringify(`${name}.released`));
    const cells = [setUp, ...Object.values(still), ...Object.values(before), last];
    await writeNotebook("looks", `${name}.ipynb`, cells);
  }
});
test.afterAll(async () => {
  await lab.stop();
});

type Cells = Readonly<Record<string, string>>;

/** What of a cell's outputs is a picture. */
const pictures = (cell: Locator): Locator =>
  cell.locator(".jp-OutputArea-output").filter({ has: cell.page().locator("svg, img, table, .tspyro-view") });

/** `#rrggbb` as a page tells it. */
function colour(hex: string): string {
  const channels = hex.match(/[0-9a-f]{2}/gi) ?? [];
  return `rgb(${channels.map((channel) => Number.parseInt(channel, 16)).join(", ")})`;
}

/** Each picture as it is seen now, by name: parts of one screenshot, which takes as long as one of a part. */
async function shots(page: Page, cells: Cells, blank: Page): Promise<[string, string][]> {
  const shown: [string, Locator][] = [];
  for (const [name, source] of Object.entries(cells)) {
    const cell = codeCell(page, source);
    // A live view with its bar; the box around it is the front end's, and may come late.
    const frame = cell.locator(".tspyro-view");
    shown.push([name, (await frame.count()) > 0 ? frame : pictures(cell).first()]);
  }
  for (const [name, picture] of shown) await expect(picture, name).toBeVisible();
  const boxes = await Promise.all(
    shown.map(async ([name, picture]) => (await picture.boundingBox()) ?? nowhere(name)),
  );
  const whole = pngUrl(await page.screenshot());
  const parts = await blank.evaluate(cut, [whole, boxes] as [string, Box[]]);
  return shown.map(([name], i) => [name, parts[i] ?? ""]);
}

function nowhere(name: string): never {
  throw new Error(`${name} is not to be seen`);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Parts of a picture. Runs in a page. */
async function cut([url, boxes]: [string, Box[]]): Promise<string[]> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return boxes.map(({ x, y, width, height }) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.getContext("2d")?.drawImage(image, -x, -y);
    return canvas.toDataURL();
  });
}

async function looks(page: Page, name: string, blank: Page): Promise<[string, string][]> {
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await idle(page);
  // A kernel that is connected in that moment may not hear of it.
  await expect(async () => {
    await runAll(page);
    const prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first();
    await expect(prompt).toHaveText(/[\d*]/, { timeout: 10_000 });
  }).toPass();
  const running = codeCell(page, followers.dashboard);
  await expect(running.locator(".jp-OutputArea")).toContainText("held", { timeout: 120_000 });
  // Told of the pause, all views are drawn as they are now.
  await running.getByRole("button", { name: "Pause" }).click();
  await expect(page.locator(".tspyro-toolbar", { hasText: "paused" })).toHaveCount(3);
  await expect(running.locator(".tspyro-view svg", { hasText: "200 steps" }).first()).toBeVisible();
  const sheet: [string, string][] = [];
  const take = async (state: string, cells: Cells) => {
    for (const theme of ["Light", "Dark"] as const) {
      await setTheme(page, theme);
      const background = colour(themeOf(theme === "Light" ? "light" : "dark").background);
      for (const frame of await page.locator(".tspyro-view").all())
        await expect(frame).toHaveCSS("background-color", background);
      for (const [view, url] of await shots(page, cells, blank))
        sheet.push([`${view}, ${state}, ${theme}`, url]);
    }
  };
  await take("live", followers);
  await running.getByRole("button", { name: "Resume" }).click();
  await writeFile(join(labFolder("looks"), `${name}.released`), "");
  await expect(running.locator(".jp-OutputArea")).toContainText("the end");
  await idle(page);
  // A table to work with and sliders wait for a person.
  await expect(page.locator(".tspyro-view")).toHaveCount(2);
  await take("left", { ...still, ...followers });
  await setTheme(page, "Light");
  const sliders = codeCell(page, followers.sliders);
  await sliders.getByRole("button", { name: "Keep as picture" }).click();
  await expect(sliders.locator("img[src^='data:image/svg+xml']")).toBeVisible();
  await expect(sliders.locator(".tspyro-view")).toHaveCount(0);
  return sheet;
}

const pages: Readonly<Record<string, (lab: Lab) => string>> = {
  lab: ({ origin, token }) =>
    `${origin}/lab/workspaces/looks-${Date.now()}/tree/lab.ipynb?token=${token}&reset`,
  notebook7: ({ origin, token }) => `${origin}/notebooks/notebook7.ipynb?token=${token}`,
};

for (const [name, address] of Object.entries(pages)) {
  test(`every view in ${name}, live and left, light and dark`, async ({ page, context }, { config }) => {
    await page.goto(address(lab));
    const blank = await context.newPage();
    await page.bringToFront();
    const sheet = await looks(page, name, blank);
    await compareSheet(
      blank,
      {
        name: `views-${name}`,
        tiles: sheet.map(([tile]) => tile),
        images: sheet.map(([, url]) => url),
        ground: "#888",
        // Another font: up to 2. A dashboard that learns has lines at the moments at which it was looked at, and others each
        // time: up to 8.
        tolerance: (tile) => (tile.startsWith("dashboard, live") ? 10 : 4),
      },
      config,
    );
  });
}
