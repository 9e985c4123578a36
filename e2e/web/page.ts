import type { Page } from "@playwright/test";
import { test as base, expect } from "@playwright/test";
import type { Asked } from "./pages/inference.ts";
import type { Offer } from "./pages/offer.ts";
import { type Answer, answerTo, hear, QUESTION, type Question, say } from "./said.ts";
import { type Site, serveSite } from "./server.ts";

/** Tests with a site, and a page that keeps what it complains of. */
export const test = base.extend<{ problems: string[] }, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures off the pattern
    async ({}, use) => {
      const site = await serveSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
  problems: async ({ page }, use) => {
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    await use(problems);
  },
});

/** Opens the page that infers, and waits until it has its library. */
export async function openInference(page: Page, site: Site, policy?: string): Promise<void> {
  await page.goto(`${site.url}inference.html${policy === undefined ? "" : `?policy=${policy}`}`);
  await expect(page.locator("#state")).toHaveText("ready");
}

let questions = 0;
/** The last question's way into the field: two at once would be written into each other. */
let written: Promise<void> = Promise.resolve();

/** Lets the page do one of the things that it can, without evaluating anything in it (`offer` says why). */
export async function ask<A extends Offer = Asked, K extends keyof A & string = keyof A & string>(
  page: Page,
  what: K,
  ...args: Parameters<A[K]>
): Promise<Awaited<ReturnType<A[K]>>> {
  const id = ++questions;
  const writing = written.then(() => page.locator(QUESTION).fill(say({ id, what, args } satisfies Question)));
  written = writing.catch(() => {});
  await writing;
  const answer = hear((await page.locator(answerTo(id)).textContent()) ?? "") as Answer;
  if ("error" in answer) throw new Error(answer.error);
  return answer.value as Awaited<ReturnType<A[K]>>;
}

export { expect };
