import { loadWhole } from "../../lib/interrupt.ts";
import type * as Views from "../views/index.ts";

/**
 * Drawing where there is no page: the views with a document of linkedom's, and PNG by resvg in a process of its own. All of it is
 * loaded when the first picture is drawn, because it takes a quarter of a second. In a browser the page's own
 * document draws.
 */
export interface Studio {
  views: typeof Views;
  document: Document;
}

let studio: Promise<Studio> | undefined;

export function openStudio(): Promise<Studio> {
  studio ??= loadWhole(async () => {
    const views = await import("../views/index.ts");
    if (typeof document !== "undefined") return { views, document };
    const { parseHTML } = await import("linkedom");
    const page = parseHTML("<!doctype html><html><body></body></html>");
    return { views, document: page.document as unknown as Document };
  });
  return studio;
}

/** `svg` as PNG bytes, `scale` pixels to a CSS pixel. */
export async function toPng(svg: string, scale = 2): Promise<Uint8Array> {
  const { pngOf } = await loadWhole(() => import("./png.ts"));
  return pngOf(svg, scale);
}

export function svgDataUrl(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")}`;
}
