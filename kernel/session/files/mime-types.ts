import { extname } from "node:path";

/** Kinds of files that notebooks read, by the end of their names. */
const kinds: Readonly<Record<string, string>> = {
  ".arrow": "application/vnd.apache.arrow.file",
  ".csv": "text/csv",
  ".feather": "application/vnd.apache.arrow.file",
  ".geojson": "application/geo+json",
  ".gif": "image/gif",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".md": "text/markdown",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/typescript",
  ".tsv": "text/tab-separated-values",
  ".txt": "text/plain",
  ".webp": "image/webp",
  ".xml": "application/xml",
  ".zip": "application/zip",
};

export function mimeTypeOf(name: string): string {
  return kinds[extname(name).toLowerCase()] ?? "application/octet-stream";
}
