import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { pyroError } from "../../lib/errors.ts";

/** The browser module that draws all views, as it is sent to a page: once, over a widget's comm. */
export interface FrontModule {
  /** Changes with the content, so that a page never mixes two versions. */
  version: string;
  gzipped: Uint8Array;
}

let loaded: FrontModule | undefined;

export function frontModule(): FrontModule {
  if (loaded === undefined) {
    const source = readFileSync(findFile());
    const version = createHash("sha256").update(source).digest("hex").slice(0, 16);
    loaded = { version, gzipped: gzipSync(source, { level: 6 }) };
  }
  return loaded;
}

function findFile(): string {
  // Built: dist/widgets/host/..; from the sources: widgets/host/../../dist/widgets.
  const places = ["../front.js", "../../dist/widgets/front.js"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = places.find((path) => existsSync(path));
  if (found === undefined) {
    throw pyroError({
      what: "The browser module of the widgets has not been built",
      where: places[0] ?? "",
      try: "npm run setup",
    });
  }
  return found;
}
