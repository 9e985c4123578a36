import { createReadStream, openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pyroError } from "../../../lib/errors.ts";
import { escapeHtml } from "../../display/escape.ts";
import { imageType } from "../../display/images.ts";
import type { DsvOptions, FileHandle, Markup } from "../../language/notebook-globals.ts";
import { htmlMarkup } from "../markup.ts";
import { parseArrow } from "./arrow.ts";
import { parseDsv } from "./dsv.ts";
import { locate } from "./locate.ts";
import { mimeTypeOf } from "./mime-types.ts";

/** A file of the notebook's folder, with Observable's methods. @throws where there is none of that name */
export function FileAttachment(given: string | URL): FileHandle {
  const { name, path, stats } = locate(given);
  const mimeType = mimeTypeOf(path);
  const bytes = async () => new Uint8Array(await readFile(path));
  const text = async ({ encoding = "utf-8" }: { encoding?: string } = {}) =>
    new TextDecoder(encoding).decode(await bytes());
  const separated = (delimiter: string, options?: DsvOptions) =>
    text().then((source) => parseDsv(source, delimiter, options)) as never;
  return {
    ...{ name, path, mimeType, size: stats.size, lastModified: stats.mtimeMs },
    text,
    bytes,
    json: async () => parsedJson(await text(), name),
    csv: (options?: DsvOptions) => separated(",", options),
    tsv: (options?: DsvOptions) => separated("\t", options),
    dsv: ({ delimiter = ",", ...options }: DsvOptions & { delimiter?: string } = {}) =>
      separated(delimiter, options),
    arrow: async () => parseArrow(await bytes(), name),
    arrayBuffer: async () => (await bytes()).buffer,
    blob: () => openAsBlob(path, { type: mimeType }),
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    image: async () => pictureOf(await bytes(), name, mimeType),
    url: async () => dataUrl(await bytes(), mimeType),
  };
}

function parsedJson(source: string, name: string): never {
  try {
    return JSON.parse(source.replace(/^\ufeff/, "")) as never;
  } catch (cause) {
    throw pyroError({
      what: `${JSON.stringify(name)} is not JSON`,
      got: `${cause instanceof Error ? cause.message : String(cause)}${placeOf(cause, source)}`,
      cause,
    });
  }
}

/** V8 says where in the text; people count lines. */
function placeOf(cause: unknown, source: string): string {
  const position = /at position (\d+)(?! \(line)/.exec(String(cause))?.[1];
  if (position === undefined) return "";
  const before = source.slice(0, Number(position)).split("\n");
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

function pictureOf(bytes: Uint8Array, name: string, mimeType: string): Markup {
  const kind = imageType(bytes) ?? (mimeType === "image/svg+xml" ? mimeType : undefined);
  if (kind === undefined) {
    throw pyroError({
      what: `${JSON.stringify(name)} is no picture that notebooks show`,
      expected: "PNG, JPEG, GIF, WebP or SVG",
      got: mimeType,
    });
  }
  const html = `<img src="${dataUrl(bytes, kind)}" alt="${escapeHtml(name)}" style="max-width: 100%">`;
  return htmlMarkup(html, `<${kind} ${name}, ${bytes.length} bytes>`);
}

const dataUrl = (bytes: Uint8Array, mimeType: string) =>
  `data:${mimeType};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}`;
