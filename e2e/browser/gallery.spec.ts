/**
 * Every picture in a real browser, light and dark: all text stands inside of it, no two texts on each other, each with
 * enough contrast. And all pictures as they looked when somebody last looked at them: a sheet a theme, compared by what
 * is seen from afar, because fonts differ from machine to machine. `--update-snapshots` draws the sheets anew; look at them.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { openStudio } from "../../widgets/host/static.ts";
import { viewCases } from "../../widgets/testing/view-cases.ts";

const tile = { width: 200, height: 170 };
const columns = 8;
const names = Object.keys(viewCases);
test.use({ viewport: { width: columns * tile.width, height: 600 } });

async function drawings(theme: "light" | "dark"): Promise<string[]> {
  const { document, views } = await openStudio();
  return names.map((name) => views.serialize(viewCases[name]?.({ document, theme }) as Element));
}

/** What is wrong with the texts of the pictures of a page, by the place of the picture. Runs in the page. */
function faults(): [picture: number, fault: string][] {
  const found: [number, string][] = [];
  const channels = (colour: string) =>
    (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? "0,0,0").split(",").map(Number);
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  document.querySelectorAll("body > div > svg").forEach((svg, picture) => {
    const frame = svg.getBoundingClientRect();
    const ground = luminance(getComputedStyle(svg.querySelector("rect") as Element).fill);
    const texts = [...svg.querySelectorAll("text")].flatMap((text) => {
      const own = text.textContent?.trim() ?? "";
      const box = text.getBoundingClientRect();
      return own === "" || box.width === 0 ? [] : [{ own, box, text }];
    });
    for (const { own, box, text } of texts) {
      const out = Math.max(
        frame.left - box.left,
        box.right - frame.right,
        frame.top - box.top,
        box.bottom - frame.bottom,
      );
      if (out > 1) found.push([picture, `"${own}" stands ${out.toFixed(0)} px outside`]);
      const ink = luminance(getComputedStyle(text).fill);
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      // Words in the colour of a line are held to what graphics are.
      if (contrast < 3) found.push([picture, `"${own}" has a contrast of ${contrast.toFixed(1)}`]);
    }
    texts.forEach((a, i) => {
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Boxes have room above and below their letters.
        if (across > 1.5 && down > 0.4 * Math.min(a.box.height, b.box.height))
          found.push([picture, `"${a.own}" and "${b.own}" stand on each other`]);
      }
    });
  });
  return found;
}

/** How far each tile of one sheet is from that of another, from 0 to 255, seen from afar. Runs in the page. */
async function distances([one, other, width, height, count]: [
  string,
  string,
  number,
  number,
  number,
]): Promise<number[]> {
  const far = 10;
  const pixels = await Promise.all(
    [one, other].map(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width / far, image.height / far];
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return context.getImageData(0, 0, canvas.width, canvas.height);
    }),
  );
  const [a, b] = pixels as [ImageData, ImageData];
  if (a.width !== b.width || a.height !== b.height) return Array.from({ length: count }, () => 255);
  const [w, h] = [width / far, height / far];
  const each = Math.floor(a.width / w);
  return Array.from({ length: count }, (_, tile) => {
    let sum = 0;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < 4 * w; x++) {
        const at = 4 * a.width * (Math.floor(tile / each) * h + y) + 4 * w * (tile % each) + x;
        sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0));
      }
    }
    return sum / (4 * w * h);
  });
}

for (const theme of ["light", "dark"] as const) {
  test(`every picture, ${theme}`, async ({ page }, { config }) => {
    const svgs = await drawings(theme);
    await page.setContent(svgs.map((svg) => `<div>${svg}</div>`).join(""));
    const found = (await page.evaluate(faults)).map(([picture, fault]) => `${names[picture]}: ${fault}`);
    expect(found).toEqual([]);

    const images = svgs.map((svg) => `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
    const look = `width:${tile.width}px;height:${tile.height}px;object-fit:contain;object-position:top left;float:left`;
    const ground = theme === "light" ? "#ddd" : "#000";
    await page.setContent(
      `<body style="margin:0;background:${ground}">${images.map((url) => `<img style="${look}" src="${url}">`).join("")}</body>`,
    );
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    const height = Math.ceil(names.length / columns) * tile.height;
    await page.setViewportSize({ width: columns * tile.width, height });
    const sheet = await page.screenshot({ path: `test-results/gallery-${theme}.png` });
    const folder = join(import.meta.dirname, "baselines");
    const file = join(folder, `gallery-${theme}.png`);
    if (["all", "changed"].includes(config.updateSnapshots) || !existsSync(file)) {
      await mkdir(folder, { recursive: true });
      await writeFile(file, sheet);
    }
    const url = (png: Buffer) => `data:image/png;base64,${png.toString("base64")}`;
    const compared = async (png: Buffer) =>
      page.evaluate(distances, [url(sheet), url(png), tile.width, tile.height, names.length] as [
        string,
        string,
        number,
        number,
        number,
      ]);
    const apart = await compared(await readFile(file));
    // Another font moves letters: up to 1. A picture that has lost its lines or its colours differs by more than 3.
    expect(
      apart.flatMap((distance, i) => (distance > 3 ? [`${names[i]}: ${distance.toFixed(1)}`] : [])),
    ).toEqual([]);
    // That the comparison sees something: a blank sheet is far from this one.
    await page.setContent(`<body style="margin:0;background:${ground}"></body>`);
    expect(Math.min(...(await compared(await page.screenshot())))).toBeGreaterThan(3);
  });
}
