import type { Colour } from "./png.ts";

/** Colours from low to high that keep their order in grey and for colour-blind readers (viridis, matplotlib, CC0). */
const sequential = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"];
/** Blue below zero, orange above it (after ColorBrewer's PuOr and RdBu). */
const diverging = ["#2166ac", "#67a9cf", "#f7f7f7", "#f4a261", "#b35806"];

/** Indices that are no value. */
export const GAP = 254;
export const NOT_A_NUMBER = 255;
/** Values have the colours 0 to 253. */
export const levels = 254;

export interface Scale {
  readonly palette: readonly Colour[];
  index(value: number): number;
}

/** Where there are numbers on both sides of zero it has the middle colour; otherwise colours go from least to most. */
export function scaleOf(min: number, max: number): Scale {
  const signed = min < 0 && max > 0;
  const edge = Math.max(Math.abs(min), Math.abs(max));
  const [low, high] = signed ? [-edge, edge] : [min, max];
  const width = high - low;
  return {
    palette: [...ramp(signed ? diverging : sequential), [0, 0, 0, 0], [226, 0, 150, 255]],
    index: (value) => {
      if (Number.isNaN(value)) return NOT_A_NUMBER;
      const share = width > 0 ? (value - low) / width : 0.5;
      return Math.round(Math.min(1, Math.max(0, share)) * (levels - 1));
    },
  };
}

function ramp(stops: readonly string[]): Colour[] {
  const points = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: levels }, (_, level) => {
    const place = (level / (levels - 1)) * (points.length - 1);
    const index = Math.min(points.length - 2, Math.floor(place));
    const [from, to] = [points[index] ?? [], points[index + 1] ?? []];
    const mix = (i: number) => Math.round((from[i] ?? 0) + (place - index) * ((to[i] ?? 0) - (from[i] ?? 0)));
    return [mix(0), mix(1), mix(2), 255];
  });
}
