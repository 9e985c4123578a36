/** Pictures as tiles of a sheet, compared with a sheet that somebody has looked at. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type FullConfig, type Page } from "@playwright/test";

export interface Sheet {
  /** File of the baseline, without its ending; a sheet of this run lies in `test-results` under the same name. */
  readonly name: string;
  /** Of the tiles, row by row. */
  readonly tiles: readonly string[];
  /** As the sources of images, in the order of their names. */
  readonly images: readonly string[];
  readonly ground: string;
  /** How far a tile may be from its baseline, from 0 to 255. */
  readonly tolerance: (tile: string) => number;
}

const tile = { width: 200, height: 170 };
const columns = 8;
const folder = join(import.meta.dirname, "baselines");

export const pngUrl = (png: Buffer): string => `data:image/png;base64,${png.toString("base64")}`;

/**
 * Compares tile by tile what is seen from afar, because fonts differ from machine to machine. `--update-snapshots` keeps
 * the sheet of this run as the baseline: look at it.
 */
export async function compareSheet(page: Page, sheet: Sheet, config: FullConfig): Promise<void> {
  const { name, tiles, images, ground, tolerance } = sheet;
  const look = `width:${tile.width}px;height:${tile.height}px;object-fit:contain;object-position:top left;float:left`;
  const height = Math.ceil(tiles.length / columns) * tile.height;
  await page.setViewportSize({ width: columns * tile.width, height });
  const body = `<body style="margin:0;background:${ground}">`;
  await page.setContent(
    `${body}${images.map((url) => `<img style="${look}" src="${url}">`).join("")}</body>`,
  );
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  const drawn = await page.screenshot({ path: `test-results/${name}.png` });
  const file = join(folder, `${name}.png`);
  if (["all", "changed"].includes(config.updateSnapshots) || !existsSync(file)) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, drawn);
  }
  const apart = async (png: Buffer): Promise<number[]> =>
    page.evaluate(distances, [pngUrl(drawn), pngUrl(png), tile.width, tile.height, tiles.length] as [
      string,
      string,
      number,
      number,
      number,
    ]);
  const beyond = (found: readonly number[]) =>
    tiles.flatMap((name, i) => {
      const distance = found[i] ?? 255;
      return distance > tolerance(name) ? [`${name}: ${distance.toFixed(1)}`] : [];
    });
  expect(beyond(await apart(await readFile(file)))).toEqual([]);
  // That the comparison sees something: a blank sheet is far from this one.
  await page.setContent(`${body}</body>`);
  expect(beyond(await apart(await page.screenshot()))).toHaveLength(tiles.length);
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
