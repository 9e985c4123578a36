import type { Page } from "@playwright/test";
import { ask, expect, openInference, test } from "./page.ts";
import type { Site } from "./server.ts";
import { serveSite } from "./server.ts";

/** A site whose server ends while its page is open: what is asked for from then on nobody answers. */
const offline = test.extend<{ own: Site; cut: () => Promise<void> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures off the pattern
  own: async ({}, use) => {
    const own = await serveSite();
    await use(own);
    await own.close();
  },
  cut: async ({ context, own }, use) => {
    await use(async () => {
      await own.close();
      await context.setOffline(true);
    });
  },
});

const idle = (page: Page) => expect(page.locator(".observablehq--running")).toHaveCount(0);

offline(
  "a page that has its library trains, saves and recalls with the network cut",
  async ({ page, own, cut, problems }) => {
    await openInference(page, own);
    const before = await ask(page, "train", "coin", 200);
    expect(await ask(page, "formula")).toEqual([3, 5]);
    await cut();
    expect(await ask(page, "train", "coin", 200)).toEqual(before);
    expect((await ask(page, "train", "eight schools", 200)).compiled).toBe(true);
    expect(await ask(page, "formula")).toEqual([3, 5]);
    await ask(page, "keep", "cut");
    await ask(page, "recall", "cut");
    expect(problems).toEqual([]);
  },
);

offline("what was never fetched is said to be missing, and the page goes on", async ({ page, own, cut }) => {
  await openInference(page, own);
  await cut();
  await expect(ask(page, "backend", "wasm")).rejects.toThrow('The tensor core "wasm" cannot be used');
  expect((await ask(page, "train", "coin", 200)).compiled).toBe(true);
});

offline(
  "a notebook of the built site follows its slider with the network cut",
  async ({ page, own, cut, problems }) => {
    // Pages ask for fonts from elsewhere; here there is no elsewhere.
    await page.route(
      ({ hostname }) => hostname !== "127.0.0.1",
      (route) => route.abort(),
    );
    await page.goto(`${own.url}observable/prior-slider.html`);
    await expect(page.locator("#answer")).toContainText("strength 10, begun cold");
    await expect(page.locator("#live")).toContainText("after 2000 steps");
    await cut();
    await page.locator("#strength").fill("30");
    await expect(page.locator("#answer")).toContainText("strength 30, begun warm");
    await expect(page.locator("#live")).toContainText("with strength 30, begun afresh: after 2000 steps");
    await idle(page);
    expect(problems).toEqual([]);
  },
);
