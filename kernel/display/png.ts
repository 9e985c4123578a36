import { crc32, deflateSync } from "node:zlib";

/** A colour as red, green, blue and opacity, each from 0 to 255. */
export type Colour = readonly [number, number, number, number];

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG of indices into at most 256 colours, one byte a pixel, row by row. */
export function indexedPng(
  pixels: Uint8Array,
  width: number,
  height: number,
  palette: readonly Colour[],
): Buffer {
  return png({
    width,
    height,
    kind: 3,
    rows: pixels,
    more: [
      chunk("PLTE", Buffer.from(palette.flatMap((colour) => colour.slice(0, 3)))),
      chunk("tRNS", Buffer.from(palette.map(([, , , opacity]) => opacity))),
    ],
  });
}

/** A PNG of pixels of four bytes: red, green, blue, opacity. */
export function rgbaPng(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number): Buffer {
  return png({ width, height, kind: 6, rows: pixels, more: [] });
}

interface Picture {
  width: number;
  height: number;
  /** PNG's colour type: 3 indexed, 6 with opacity. */
  kind: 3 | 6;
  rows: Uint8Array | Uint8ClampedArray;
  more: readonly Buffer[];
}

function png({ width, height, kind, rows, more }: Picture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, kind, 0, 0, 0], 8);
  const stride = width * (kind === 6 ? 4 : 1);
  // Each row begins with its filter: none.
  const raw = Buffer.alloc(height * (stride + 1));
  for (let row = 0; row < height; row++)
    raw.set(rows.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    ...more,
    chunk("IDAT", deflateSync(raw)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
