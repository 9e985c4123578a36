import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { ask as askPage, expect, test } from "./page.ts";
import type { AskedOfDemo } from "./pages/demo.ts";
import { QUESTION } from "./said.ts";
import type { Site } from "./server.ts";

const STEPS = 400;
const models = ["coin", "regression", "eight-schools"] as const;
type Learnt = ReturnType<AskedOfDemo["learnt"]>;
let inNode: Readonly<Record<(typeof models)[number], Learnt>>;

test.beforeAll(async () => {
  const script = join(import.meta.dirname, "demo-in-node.ts");
  const env = { ...process.env, TSPYRO_BACKEND: "cpu" };
  const args = [script, String(STEPS), ...models];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  inNode = JSON.parse(stdout) as typeof inNode;
});

const ask = <K extends keyof AskedOfDemo>(page: Page, what: K, ...args: Parameters<AskedOfDemo[K]>) =>
  askPage<AskedOfDemo, K>(page, what, ...args);

async function open(page: Page, site: Site, policy?: string): Promise<void> {
  await page.goto(`${site.url}demo.html${policy === undefined ? "" : `?policy=${policy}`}`);
  await expect(page.locator("#state")).toHaveText("ready");
}

const steps = String(STEPS);
const state = (page: Page, id: string) => page.locator(`#${id} output`);

/** WebAssembly rounds each operation to float32, and steps add that up. */
function expectSame(one: Learnt, other: Learnt, within = 2e-3): void {
  expect(Object.keys(one.params)).toEqual(Object.keys(other.params));
  expect(one.losses).toHaveLength(other.losses.length);
  for (const [name, values] of Object.entries(one.params))
    for (const [i, x] of values.entries()) {
      const y = other.params[name]?.[i] ?? Number.NaN;
      expect(Math.abs(x - y) / Math.max(1, Math.abs(y))).toBeLessThan(within);
    }
}

for (const model of models) {
  test(`${model}: the keys of a keyboard train it, to the parameters of Node`, async ({
    page,
    site,
    problems,
  }) => {
    await open(page, site);
    await ask(page, "put", "one", { model, steps, pace: "Infinity" });
    await expect(state(page, "one")).toHaveText("ready");
    const train = page.getByRole("button", { name: "Train" });
    // From what stands behind it, by the keyboard alone.
    await page.locator(QUESTION).press("Shift+Tab");
    await expect(train).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(state(page, "one")).toHaveText("trained");
    await expect(page.locator("#one")).toContainText(`step ${STEPS} of ${STEPS}`);
    expectSame(await ask(page, "learnt", "one"), inNode[model], 1e-4);
    await expect(page.locator("#one svg")).toHaveCount(model === "coin" ? 2 : 3);
    await expect(page.getByRole("img", { name: /loss goes from/ })).toBeVisible();
    expect(problems).toEqual([]);
  });
}

for (const policy of ["webassembly", "nothing"]) {
  test(`under a policy (${policy}) a demo trains all the same`, async ({ page, site, problems }) => {
    await open(page, site, policy);
    await ask(page, "put", "one", { steps, pace: "Infinity", autoplay: "" });
    await expect(state(page, "one")).toHaveText("trained");
    expectSame(await ask(page, "learnt", "one"), inNode.coin);
    // The browser says what it refuses, and what is refused is asked for once.
    expect(problems.filter((problem) => !problem.includes("Content Security Policy"))).toEqual([]);
  });
}

test("two demos at once, one of them paused for a while, learn what each learns alone", async ({
  page,
  site,
}) => {
  await open(page, site);
  await ask(page, "put", "one", { steps, pace: "400" });
  await expect(state(page, "one")).toHaveText("ready");
  expect(await ask(page, "begin", "one")).toBeLessThan(STEPS);
  await expect(state(page, "one")).toHaveText("paused");
  await ask(page, "put", "two", { model: "regression", steps, pace: "400", autoplay: "" });
  await page.locator("#one").getByRole("button", { name: "Go on" }).click();
  for (const id of ["one", "two"]) await expect(state(page, id)).toHaveText("trained");
  expectSame(await ask(page, "learnt", "one"), inNode.coin, 1e-4);
  expectSame(await ask(page, "learnt", "two"), inNode.regression, 1e-4);
});

test("a demo that is taken out while it trains stops, and leaves nothing", async ({
  page,
  site,
  problems,
}) => {
  await open(page, site);
  await ask(page, "put", "one", { steps: "1000000", autoplay: "" });
  await expect(page.locator("#one")).toContainText(/step [1-9]\d* of/);
  await ask(page, "remove", "one");
  const left = async () => {
    await page.requestGC();
    return ask(page, "left");
  };
  await expect.poll(left).toEqual({ params: 0, element: false });
  expect(problems).toEqual([]);
});

test("a change of an attribute starts over; what makes no sense is said in the demo's place", async ({
  page,
  site,
}) => {
  await open(page, site);
  await ask(page, "put", "one", { steps, pace: "Infinity", autoplay: "" });
  await expect(state(page, "one")).toHaveText("trained");
  await ask(page, "change", "one", "model", "regression");
  await expect(page.locator("#one")).toContainText("slope");
  await expect(state(page, "one")).toHaveText("trained");
  expectSame(await ask(page, "learnt", "one"), inNode.regression, 1e-4);
  await ask(page, "change", "one", "model", "dice");
  await expect(page.getByRole("alert")).toContainText("one of coin, regression, eight-schools");
  await ask(page, "change", "one", "model", "coin");
  await ask(page, "change", "one", "steps", "many");
  await expect(page.getByRole("alert")).toContainText('steps="many"');
});
