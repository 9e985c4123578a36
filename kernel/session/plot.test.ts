import type * as PlotModule from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { expect, test } from "vitest";
import { loadPlot } from "./plot.ts";

const Plot = (await loadPlot()) as unknown as typeof PlotModule;

/** The pixels of the only picture inside of a figure. */
function pixelsOf(figure: Element): {
  width: number;
  height: number;
  at: (x: number, y: number) => number[];
} {
  const link = /data:image\/png;base64,[^"]+/.exec(figure.outerHTML)?.[0] ?? expect.fail("no picture inside");
  const [width = 0, height = 0] = [16, 20].map((offset) =>
    Buffer.from(link.split(",")[1] ?? "", "base64").readUInt32BE(offset),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="${link}"/></svg>`;
  const { pixels } = new Resvg(svg).render();
  return {
    width,
    height,
    at: (x, y) => Array.from(pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)),
  };
}

test("a raster has the pixels of its data", () => {
  const figure = Plot.plot({
    color: { type: "identity" },
    marks: [
      Plot.raster(["#ff0000", "#00ff00", "#0000ff", "#102030"], {
        width: 2,
        height: 2,
        imageRendering: "pixelated",
      }),
    ],
  });
  const { width, height, at } = pixelsOf(figure);
  expect([width, height]).toEqual([2, 2]);
  expect([at(0, 0), at(1, 0), at(0, 1), at(1, 1)]).toEqual([
    [255, 0, 0, 255],
    [0, 255, 0, 255],
    [0, 0, 255, 255],
    [16, 32, 48, 255],
  ]);
});

test("a continuous scale has a legend that runs from its first colour to its last", () => {
  const legend = Plot.legend({
    color: { type: "linear", domain: [0, 1], range: ["#ff0000", "blue"], interpolate: "rgb" },
  });
  const { width, at } = pixelsOf(legend as unknown as Element);
  expect(width).toBe(256);
  expect(at(0, 0)).toEqual([255, 0, 0, 255]);
  expect(at(255, 0)).toEqual([0, 0, 255, 255]);
});
