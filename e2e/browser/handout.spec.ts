import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { closedEnvironment } from "../../kernel/setup/environment.ts";
import { cacheFolder, root, venvPython } from "../../kernel/setup/paths.ts";

interface Output {
  data?: Record<string, string | string[]>;
}

const source = join(root, "notebooks");
const folder = join(cacheFolder, "browser", "handout");

/** Pictures that a notebook was saved with, by where its pages must show them. */
async function picturesOf(name: string): Promise<number> {
  const { cells } = JSON.parse(await readFile(join(source, `${name}.ipynb`), "utf8")) as {
    cells: { outputs?: Output[] }[];
  };
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .filter(
      ({ data = {} }) => /<svg|<img/.test([data["text/html"] ?? ""].flat().join("")) || "image/png" in data,
    ).length;
}

test("the pages of the course show every picture without a kernel and without a network", async ({
  page,
}) => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const names = (await readdir(source))
    .filter((file) => file.endsWith(".ipynb"))
    .map((file) => file.slice(0, -".ipynb".length))
    .sort();
  const args = ["--to", "html", "--embed-images", "--output-dir", folder, "--log-level", "WARN"];
  const files = names.map((name) => join(source, `${name}.ipynb`));
  await promisify(execFile)(venvPython, ["-m", "nbconvert", ...args, ...files], { env: closedEnvironment() });

  await page.route(/^https?:/, (route) => route.abort());
  for (const name of names) {
    await page.goto(String(pathToFileURL(join(folder, `${name}.html`))), { waitUntil: "domcontentloaded" });
    const outputs = page.locator(".jp-OutputArea-output");
    const shown = outputs.filter({ has: page.locator("svg, img") });
    expect(await shown.count(), name).toBe(await picturesOf(name));
    await page.evaluate(() =>
      Promise.all(Array.from(document.images, (image) => image.decode().catch(() => {}))),
    );
    const faults = await shown.locator("svg, img").evaluateAll((pictures) =>
      pictures
        .filter((picture) => {
          const { width, height } = picture.getBoundingClientRect();
          return picture instanceof HTMLImageElement
            ? picture.naturalWidth === 0
            : width === 0 || height === 0;
        })
        .map((picture) => picture.outerHTML.slice(0, 200)),
    );
    expect(faults, name).toEqual([]);
    const untold = await page.locator("img, svg").evaluateAll((pictures) =>
      pictures
        .filter((picture) => {
          // What stands inside of a picture is told by it; signs beside their words are hidden from those who listen.
          if (picture.parentElement?.closest("svg") || picture.closest("[aria-hidden=true]")) return false;
          const words = picture.getAttribute("alt") ?? picture.getAttribute("aria-label") ?? "";
          const title = picture.querySelector(":scope > title")?.textContent ?? "";
          return words.trim() === "" && title.trim() === "";
        })
        .map((picture) => picture.outerHTML.slice(0, 200)),
    );
    expect(untold, `${name}: pictures without words that stand for them`).toEqual([]);
  }
});
