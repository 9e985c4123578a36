import { types } from "node:util";
import { escapeHtml } from "./escape.ts";
import { rgbaPng } from "./png.ts";
import { classOf, dataOf, isObject } from "./reading.ts";

type Bundle = Record<string, unknown>;

const signatures: readonly (readonly [mime: string, at: number, bytes: string])[] = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF87a"],
  ["image/gif", 0, "GIF89a"],
  ["image/webp", 8, "WEBP"],
];

/** What kind of picture a file's bytes are. */
export function imageType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString("latin1");
  return signatures.find(([, at, text]) => head.startsWith(text, at))?.[0];
}

/** Bytes of a PNG, JPEG, GIF or WebP file, and pixels (`ImageData`), as pictures. */
export function imageBundle(value: unknown): Bundle | undefined {
  if (types.isUint8Array(value)) {
    const mime = imageType(value);
    if (mime === undefined) return undefined;
    const text = `<${mime}, ${value.length} bytes>`;
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    // Front ends know WebP and GIF in HTML only.
    if (mime === "image/png" || mime === "image/jpeg") return { [mime]: base64, "text/plain": text };
    const html = `<img src="data:${mime};base64,${base64}" alt="${escapeHtml(text)}">`;
    return { "text/html": html, "text/plain": text };
  }
  return isObject(value) ? pixelBundle(value) : undefined;
}

/** `{ data, width, height }` with four bytes a pixel; with `alt`, what stands for the picture where it is not seen. */
function pixelBundle(value: object): Bundle | undefined {
  const [data, width, height] = ["data", "width", "height"].map((name) => memberOf(value, name));
  if (!types.isUint8Array(data) && !types.isUint8ClampedArray(data)) return undefined;
  if (typeof width !== "number" || typeof height !== "number" || width < 1 || height < 1) return undefined;
  if (!Number.isInteger(width) || !Number.isInteger(height) || data.length !== 4 * width * height)
    return undefined;
  const png = rgbaPng(data, width, height).toString("base64");
  const alt = memberOf(value, "alt");
  if (typeof alt !== "string" || alt === "")
    return { "image/png": png, "text/plain": `<image, ${width} × ${height} pixels>` };
  // What stands for a PNG is not asked for by front ends.
  const html = `<img src="data:image/png;base64,${png}" alt="${escapeHtml(alt)}">`;
  return { "text/html": html, "image/png": png, "text/plain": alt };
}

/** Canvas libraries have these as accessors of their class. */
function memberOf(value: object, name: string): unknown {
  const own = dataOf(value, name);
  if (own !== undefined || !/Image/.test(classOf(value) ?? "")) return own;
  return (value as Record<string, unknown>)[name];
}
