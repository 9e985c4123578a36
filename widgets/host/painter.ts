/**
 * A process of its own that turns SVG into PNG, so that no picture ends the kernel: what resvg cannot draw, it ends its
 * process for. It leaves when nobody asks any more.
 */
import { Resvg } from "@resvg/resvg-js";

export interface PaintRequest {
  id: number;
  svg: string;
  /** Pixels to a CSS pixel. */
  scale: number;
}

export type PaintAnswer = { id: number; png: Uint8Array } | { id: number; error: string };

const idle = 10_000;

function paint({ id, svg, scale }: PaintRequest): PaintAnswer {
  try {
    const resvg = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    });
    return { id, png: resvg.render().asPng() };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

const rest = setTimeout(() => process.disconnect(), idle);
process.on("message", (request: PaintRequest) => {
  process.send?.(paint(request));
  rest.refresh();
});
process.on("disconnect", () => process.exit());
