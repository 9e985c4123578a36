import { describe, expect, it } from "vitest";
import { toPng } from "./static.ts";

const svg = (content: string, width = 100, height = 60) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><clipPath id="c"><rect width="${width}" height="${height}"/></clipPath>${content}</svg>`;
const frame = '<svg width="100" height="60" viewBox="0 0 100 60">';

/** Width and height that the header of a PNG tells. */
function sizeOf(png: Uint8Array): number[] {
  const view = new DataView(png.buffer, png.byteOffset);
  expect(String.fromCharCode(...png.subarray(1, 4))).toBe("PNG");
  return [view.getUint32(16), view.getUint32(20)];
}

/** With each of them resvg ends the process it runs in, which was the kernel's own. */
const deadly: [what: string, picture: string][] = [
  ["a clipped line far above", svg('<g clip-path="url(#c)"><path d="M0,-1000L50,-500L0,-500Z"/></g>')],
  ["a clipped point far away", svg('<g clip-path="url(#c)"><circle cx="9e3" cy="-9000" r="3"/></g>')],
  [
    "a band that comes from far above, in a picture in a picture",
    svg(
      `${frame}<g clip-path="url(#c)"><path d="M0,-4875L1,20L2,30Z"/></g><g clip-path="url(#c)"><path d="M9,10L20,30L10,50Z"/></g></svg>`,
    ),
  ],
];

describe("a picture as PNG", () => {
  it("has as many pixels as are asked for", async () => {
    const picture = svg('<rect width="9" height="9"/>');
    expect(sizeOf(await toPng(picture))).toEqual([200, 120]);
    expect(sizeOf(await toPng(picture, 1))).toEqual([100, 60]);
  });

  it.each(deadly)("is drawn of %s", async (_, picture) => {
    const plain = toPng(svg(""));
    expect(sizeOf(await toPng(picture))).toEqual([200, 120]);
    expect(sizeOf(await plain)).toEqual([200, 120]);
  });

  it("is refused in a sentence where it is none", async () => {
    await expect(toPng("<svg")).rejects.toThrow(/^The picture cannot be drawn as PNG: /);
  });
});
