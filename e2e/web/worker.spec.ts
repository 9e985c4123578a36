import type { Page } from "@playwright/test";
import { ask as askPage, expect, test } from "./page.ts";
import type { AskedOfWorker } from "./pages/worker.ts";
import type { Site } from "./server.ts";

const ask = <K extends keyof AskedOfWorker>(page: Page, what: K, ...args: Parameters<AskedOfWorker[K]>) =>
  askPage<AskedOfWorker, K>(page, what, ...args);

/** More steps than any machine takes while a test looks. */
const ENDLESS = 1e9;

async function open(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.url}worker.html`);
  await expect(page.locator("#state")).toHaveText("ready");
}

async function running(page: Page): Promise<number> {
  await expect.poll(() => ask(page, "step"), { timeout: 30_000 }).toBeGreaterThan(1000);
  return ask(page, "step");
}

test("a worker trains, its curve grows in the page, and its parameters become the page's", async ({
  page,
  site,
  problems,
}) => {
  await open(page, site);
  await ask(page, "start", "eight schools", 100_000);
  expect(await ask(page, "follow")).toBeGreaterThan(1);
  const { compiled, losses, params, stored } = await ask(page, "result");
  expect(compiled).toBe(true);
  expect(losses).toHaveLength(100_000);
  expect(stored).toEqual(params);
  await expect(page.locator("#curve svg")).toBeVisible();
  expect(problems).toEqual([]);
});

test("the page answers within 50 ms while the worker computes", async ({ page, site }) => {
  await open(page, site);
  await ask(page, "start", "eight schools", ENDLESS);
  const drawn = ask(page, "follow");
  const before = await running(page);
  // Noise of a machine that others load only adds to a delay, so the best of many rounds tells of the page. A page that
  // infers on its own thread has no good round.
  await expect(async () => {
    await page.locator("#slider").focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press(i < 20 ? "ArrowRight" : "ArrowLeft");
    const delays = (await ask(page, "delays")).sort((a, b) => a - b);
    expect(delays.length).toBeGreaterThanOrEqual(40);
    expect(delays[Math.floor(delays.length * 0.75)]).toBeLessThan(50);
  }).toPass({ timeout: 60_000 });
  expect(await ask(page, "step")).toBeGreaterThan(before);
  await ask(page, "stop");
  expect(await drawn).toBeGreaterThan(1);
});

test("a run in a worker is paused, goes on, and is stopped with what it has learnt", async ({
  page,
  site,
}) => {
  await open(page, site);
  await ask(page, "start", "coin", ENDLESS);
  await running(page);
  await ask(page, "pause");
  // What was under way when the order came is heard of first.
  let last = -1;
  const stands = async () => {
    const step = await ask(page, "step");
    const same = step === last;
    last = step;
    return same;
  };
  await expect.poll(stands, { intervals: [250] }).toBe(true);
  const paused = await ask(page, "step");
  await ask(page, "resume");
  await expect.poll(() => ask(page, "step")).toBeGreaterThan(paused);
  await ask(page, "stop");
  const { losses, stored } = await ask(page, "result");
  expect(losses.length).toBeGreaterThan(paused);
  const [alpha = 0, beta = 0] = [stored.alpha?.[0], stored.beta?.[0]];
  // The exact posterior is Beta(16, 14).
  expect(alpha / (alpha + beta)).toBeCloseTo(16 / 30, 1);
});

test("an error in the worker is the page's, and a worker may be ended at once", async ({ page, site }) => {
  await open(page, site);
  await ask(page, "start", "nothing", 1);
  expect(await ask(page, "failed")).toBe("RangeError: there is no such model");
  await ask(page, "start", "coin", ENDLESS);
  await running(page);
  await ask(page, "terminate");
  expect(await ask(page, "failed")).toContain("ended before it was done");
});
