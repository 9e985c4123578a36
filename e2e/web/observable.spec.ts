import type { Page } from "@playwright/test";
import { missingLines } from "./kept.ts";
import { expect, test } from "./page.ts";
import type { Site } from "./server.ts";

/** Opens a page of the site that gets nothing from anywhere else, and waits until its cells have run. */
async function open(page: Page, site: Site, name: string): Promise<void> {
  await page.route(
    ({ hostname }) => hostname !== "127.0.0.1",
    (route) => route.abort(),
  );
  await page.goto(`${site.url}observable/${name}.html`);
}

test("the gallery leads to every notebook", async ({ page, site, problems }) => {
  await open(page, site, "index");
  const links = page.locator("main a[href$='.html']");
  await expect(links).toHaveCount(10);
  for (const link of await links.all()) {
    const answer = await page.request.get(new URL((await link.getAttribute("href")) ?? "", page.url()).href);
    expect(answer.status()).toBe(200);
  }
  await links.first().click();
  await expect(page.locator("h1")).toContainText("Is this coin fair?");
  expect(problems).toEqual([]);
});

/** `pictures`: figures and views, at least. */
const course = [
  { name: "01-coin", pictures: 4 },
  { name: "02-regression", pictures: 4 },
  { name: "03-effect-handlers", pictures: 3 },
  { name: "04-svi-from-scratch", pictures: 4 },
  // It draws by NUTS. What a reader takes from it must be right all the same.
  { name: "05-eight-schools", pictures: 5, chaotic: [/log evidence -31\.31/] },
  { name: "06-mixtures", pictures: 3 },
  { name: "12-puzzles", pictures: 3 },
] as const;

for (const { name, pictures, ...more } of course) {
  test(`${name} prints in a page what it printed in Jupyter, without a complaint`, async ({
    page,
    site,
    problems,
  }) => {
    await open(page, site, name);
    const printed = page.locator("pre.tspyro-printed");
    const chaotic = "chaotic" in more ? more.chaotic : [];
    // Same seed, same random numbers.
    await expect
      .poll(async () => missingLines(name, await printed.allTextContents(), chaotic.length > 0))
      .toEqual([]);
    for (const text of chaotic) await expect(printed.filter({ hasText: text }).first()).toBeVisible();
    await expect.poll(() => page.locator("main svg").count()).toBeGreaterThanOrEqual(pictures);
    await expect(page.locator(".observablehq--running")).toHaveCount(0);
    await expect(page.locator(".observablehq--error")).toHaveCount(0);
    expect(problems).toEqual([]);
  });
}

test("a slider on the prior trains on from where it was; other parameters fall away", async ({
  page,
  site,
  problems,
}) => {
  await open(page, site, "prior-slider");
  const answer = page.locator("#answer");
  await expect(answer).toContainText("strength 10, begun cold: posterior mean 0.5");
  await expect(page.getByLabel("strength of the prior")).toBeVisible();
  await expect(page.locator("main")).toContainText("as if you had seen 20 flips before");
  await expect(page.locator("#live")).toContainText("with strength 10, begun afresh: after 2000 steps");
  await page.locator("#strength").fill("40");
  await expect(answer).toContainText("strength 40, begun warm");
  const [, mean, exact] = /mean ([\d.]+), exactly ([\d.]+)/.exec((await answer.textContent()) ?? "") ?? [];
  // Of a posterior whose sd is .05.
  expect(Math.abs(Number(mean) - Number(exact))).toBeLessThan(0.02);
  // The cell that yields does not keep its parameters.
  await expect(page.locator("#live")).toContainText("with strength 40, begun afresh: after 2000 steps");
  expect(problems).toEqual([]);
});

test("pictures are drawn for the room that there is, and call things by their names", async ({
  page,
  site,
  problems,
}) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await open(page, site, "01-coin");
  const graph = page.getByRole("img", { name: /^Model\. / });
  // Of a function that is called model nothing more is said.
  await expect(graph).toBeVisible();
  const curve = page.locator("svg[aria-label^='ELBO curve']");
  const width = async () => Number(await curve.getAttribute("width"));
  // Drawn anew, not made smaller: letters keep their size.
  await expect.poll(width).toBeLessThanOrEqual(400);
  await page.setViewportSize({ width: 1000, height: 800 });
  await expect.poll(width).toBe(680);
  await expect(page.locator(".observablehq--running")).toHaveCount(0);
  expect(problems).toEqual([]);
});

test("a page of Framework trains on from where it was, and shows a demo", async ({
  page,
  site,
  problems,
}) => {
  await open(page, site, "framework");
  const answer = page.locator("#answer");
  await expect(answer).toContainText("With strength 10 the posterior mean is 0.5");
  await page.locator("#strength").fill("40");
  await expect(answer).toContainText("With strength 40");
  const [, mean, exact] = /mean is (0\.\d+); exactly (0\.\d+)/.exec((await answer.textContent()) ?? "") ?? [];
  expect(Math.abs(Number(mean) - Number(exact))).toBeLessThan(0.02);
  await expect(page.getByRole("group", { name: "Eight schools" }).locator("output")).toHaveText("ready");
  expect(problems).toEqual([]);
});

test("a plain page shows demos, one of a model of its own", async ({ page, site, problems }) => {
  await open(page, site, "slide");
  const demo = page.getByRole("group", { name: "How warm is it?" });
  await demo.getByRole("button", { name: "Train" }).click();
  await expect(demo.locator("output")).toHaveText("trained");
  await expect(demo.getByRole("img", { name: /temperature/ })).toContainText("exact posterior");
  expect(problems).toEqual([]);
});
