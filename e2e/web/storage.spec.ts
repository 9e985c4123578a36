import { readFileSync } from "node:fs";
import { ask, expect, openInference, test } from "./page.ts";

test("parameters are kept in the browser, and are there when the page is opened again", async ({
  page,
  site,
}) => {
  await openInference(page, site);
  const { params } = await ask(page, "train", "coin", 100);
  await ask(page, "keep", "coin");
  await openInference(page, site);
  expect(await ask(page, "recall", "coin")).toEqual(params);
  await expect(ask(page, "recall", "dice")).rejects.toThrow('No parameters were kept under the name "dice"');
});

test("a downloaded file is what Node writes, and is read again; half of it is refused", async ({
  page,
  site,
}) => {
  await openInference(page, site);
  const { params } = await ask(page, "train", "coin", 100);
  const [download] = await Promise.all([page.waitForEvent("download"), ask(page, "download")]);
  expect(download.suggestedFilename()).toBe("coin.json");
  const text = readFileSync(await download.path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({ format: "tspyro-params", version: 1 });
  expect(await ask(page, "upload", text)).toEqual(params);
  await expect(ask(page, "upload", text.slice(0, text.length / 2))).rejects.toThrow("could not be read");
});
