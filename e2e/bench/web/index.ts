/**
 * What a page costs: `node e2e/bench/web/index.ts`, or `npm run bench -- web`.
 * - sizes of what a page loads, how long that takes, and how long until a first small model is trained;
 * - small models, a page and Node in turns: the median of the rounds' ratios;
 * - the regression's step beside value and gradient by @jax-js/jax, both in the same page, which runs WebAssembly.
 *
 * Exits with 1 where a limit is passed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { buildBrowser, ENTRIES, gzippedSize } from "../../../kernel/setup/browser/build.ts";
import { findChromium } from "../../../kernel/setup/chromium.ts";
import { readOr, writeIfDifferent } from "../../../kernel/setup/files.ts";
import { runNpm } from "../../../kernel/setup/npm.mjs";
import { root } from "../../../kernel/setup/paths.ts";
import { lastLines } from "../../../kernel/setup/processes.ts";
import type { ModelName } from "../../web/models.ts";
import { ask } from "../../web/page.ts";
import { type Site, serveSite } from "../../web/server.ts";
import { report } from "../measured.ts";
import { median } from "../svi/windows.ts";
import type { AskedOfSpeed } from "./pages/speed.ts";

const ROUNDS = 7;
const STEPS = 200_000;
const SECONDS = 3;
const names: readonly ModelName[] = ["coin", "regression", "eight schools"];
const MOST_BYTES = 400;
/** A page against Node. */
const MOST_RATIO = 1.5;
/** Ours against the peer's. */
const LEAST_RATIO = 50;

/** @returns where the peer's scripts lie, or why they are not there */
function installPeer(): { readonly scripts: string } | { readonly why: string } {
  const folder = join(root, ".bench-venv", "jax");
  mkdirSync(folder, { recursive: true });
  const manifest = join(import.meta.dirname, "../peers/jax/package.json");
  const scripts = join(folder, "node_modules", "@jax-js", "jax", "dist");
  const fresh = writeIfDifferent(join(folder, "package.json"), readOr(manifest) ?? "");
  if (!fresh && readOr(join(scripts, "index.js")) !== undefined) return { scripts };
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  const { status, output } = runNpm(args, { cwd: folder });
  return status === 0 ? { scripts } : { why: `npm could not install it: ${lastLines(output, 1)}` };
}

type Browser = Awaited<ReturnType<typeof chromium.launch>>;

/** A fresh page, with nothing kept of those before. */
async function inPage<T>(browser: Browser, site: Site, use: (asked: Asked) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${site.url}speed.html`);
    await page.locator("#state", { hasText: "ready" }).waitFor();
    return await use((what, ...args) => ask<AskedOfSpeed, typeof what>(page, what, ...args));
  } finally {
    await context.close();
  }
}
type Asked = <K extends keyof AskedOfSpeed>(
  what: K,
  ...args: Parameters<AskedOfSpeed[K]>
) => Promise<Awaited<ReturnType<AskedOfSpeed[K]>>>;

function inNode(): Readonly<Record<ModelName, number>> {
  const script = join(import.meta.dirname, "in-node.ts");
  const env = { ...process.env, TSPYRO_BACKEND: "cpu" };
  const args = [script, String(STEPS), ...names];
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" })) as Record<
    ModelName,
    number
  >;
}

async function besideNode(browser: Browser, site: Site): Promise<void> {
  const rounds: { node: Readonly<Record<ModelName, number>>; page: Record<ModelName, number> }[] = [];
  const page = () =>
    inPage(browser, site, async (asked) => {
      const found = {} as Record<ModelName, number>;
      for (const name of names) found[name] = await asked("time", name, STEPS);
      return found;
    });
  for (let i = 0; i < ROUNDS; i++) {
    const first = i % 2 === 0 ? inNode() : await page();
    const second = i % 2 === 0 ? await page() : inNode();
    rounds.push(i % 2 === 0 ? { node: first, page: second } : { node: second, page: first });
  }
  for (const name of names) {
    report(`${name}, a step in Node`, median(rounds.map(({ node }) => node[name])), "µs");
    report(`${name}, a step in a page`, median(rounds.map(({ page }) => page[name])), "µs");
    const ratios = rounds.map(({ node, page }) => page[name] / node[name]);
    report(`${name}, the page's over Node's`, median(ratios), "", { most: MOST_RATIO });
  }
}

async function besidePeer(browser: Browser, site: Site): Promise<void> {
  const rounds: { ours: number; jax: number }[] = [];
  for (let i = 0; i < 3; i++) {
    const round = await inPage(browser, site, async (asked) => {
      const { microseconds, value, expected } = await asked("jax", SECONDS);
      if (!(Math.abs(value - expected) < 1e-4 * Math.abs(expected)))
        throw new Error(`@jax-js/jax computes ${value}, and not ${expected}`);
      return { jax: microseconds, ours: await asked("ours", SECONDS) };
    });
    rounds.push(round);
  }
  report("regression 170x3, a whole step in a page", median(rounds.map(({ ours }) => ours)), "µs");
  report("the same, value and gradient by @jax-js/jax", median(rounds.map(({ jax }) => jax)), "µs");
  report("@jax-js/jax's over ours", median(rounds.map(({ ours, jax }) => jax / ours)), "", {
    least: LEAST_RATIO,
  });
}

async function loading(browser: Browser, site: Site): Promise<void> {
  const loads: { loaded: number; first: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) loads.push(await inPage(browser, site, (asked) => asked("load")));
  report("until the library is there", median(loads.map(({ loaded }) => loaded)), "ms");
  report("until 100 steps of a coin are taken too", median(loads.map(({ first }) => first)), "ms");
}

const built = await buildBrowser(root);
for (const entry of Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]) {
  const limit = entry === "tspyro" ? { most: MOST_BYTES } : undefined;
  report(`${entry}.js with what it imports, gzipped`, gzippedSize(root, built, entry) / 1000, "kB", limit);
}
const peer = installPeer();
const site = await serveSite({
  pages: join(import.meta.dirname, "pages"),
  peers: join(import.meta.dirname, "../peers/jax"),
  ...("scripts" in peer && { jax: peer.scripts }),
});
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
try {
  await loading(browser, site);
  await besideNode(browser, site);
  if ("why" in peer) console.log(`@jax-js/jax is not measured: ${peer.why}`);
  else await besidePeer(browser, site);
} finally {
  await browser.close();
  await site.close();
}
