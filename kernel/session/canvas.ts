/**
 * As much of a canvas as Observable Plot asks for: rasters put pixels into it, legends of continuous scales fill it
 * stripe by stripe, and both take it out as a PNG.
 */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Gives `document.createElement("canvas")` a context, which linkedom has only with a native package. */
export function addCanvas(document: Document): void {
  const createElement = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = createElement(name, options);
    return name.toLowerCase() === "canvas" ? Object.assign(element, canvas(element)) : element;
  }) as Document["createElement"];
}

function canvas(element: Element): Pick<HTMLCanvasElement, "getContext" | "toDataURL"> {
  const stripes: string[] = [];
  let pixels: Pixels | undefined;
  const context = {
    fillStyle: "black",
    fillRect(x: number, y: number, width: number, height: number) {
      const fill = String(this.fillStyle).replaceAll(/[<>&"]/g, "");
      stripes.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`);
    },
    createImageData: (width: number, height: number): Pixels => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    }),
    putImageData(image: Pixels) {
      pixels = image;
    },
  };
  const drawn = () => {
    const { width, height } = element as HTMLCanvasElement;
    const size = `width="${width}" height="${height}"`;
    return new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${stripes.join("")}</svg>`)
      .render()
      .asPng();
  };
  return {
    getContext: ((kind: string) => (kind === "2d" ? context : null)) as HTMLCanvasElement["getContext"],
    toDataURL: () =>
      `data:image/png;base64,${(pixels === undefined ? drawn() : png(pixels)).toString("base64")}`,
  };
}

/** Source: Portable Network Graphics (third edition), W3C 2025, sections 5 and 11. */
function png({ width, height, data }: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // eight bits each of red, green, blue and alpha
  const lines = Buffer.alloc(height * (4 * width + 1)); // each line begins with its filter: 0, none
  for (let y = 0; y < height; y++)
    lines.set(data.subarray(4 * width * y, 4 * width * (y + 1)), y * (4 * width + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
