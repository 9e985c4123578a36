import { GAP, NOT_A_NUMBER, scaleOf } from "./colours.ts";
import { indexedPng } from "./png.ts";
import type { Statistics } from "./statistics.ts";

/** A picture of numbers: a strip of one axis, a map of two, maps side by side of more. */
export interface Heat {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
  /** What is on it, in words. */
  readonly caption: string;
}

/** Widest and highest picture, in pixels of the screen. */
const [widest, highest] = [480, 240];
/** Most cells along an axis of one map: of more, neighbours are averaged. */
const mostCells = 240;
const mostSlices = 12;
const stripHeight = 18;

export function heatOf(
  values: ArrayLike<number>,
  shape: readonly number[],
  { min, max, finite }: Statistics,
): Heat | undefined {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size < 2 || (finite === 0 && values.length === 0)) return undefined;
  const axes = shape.filter((n) => n !== 1);
  const columns = axes.at(-1) ?? 1;
  const rows = axes.length > 1 ? (axes.at(-2) ?? 1) : 1;
  const slices = size / (rows * columns);
  const shown = Math.min(slices, mostSlices);
  const scale = scaleOf(min, max);
  const maps = Array.from({ length: shown }, (_, slice) =>
    reduced(values, slice * rows * columns, rows, columns),
  );
  const [first] = maps;
  if (first === undefined) return undefined;
  const side = sized(first.columns, first.rows, shown);
  const height = rows === 1 ? stripHeight : first.rows * side.cell;
  const width = shown * first.columns * side.cell + (shown - 1) * side.gap;
  const pixels = new Uint8Array(width * height).fill(GAP);
  maps.forEach((map, slice) => {
    const left = slice * (first.columns * side.cell + side.gap);
    for (let y = 0; y < height; y++) {
      const row = rows === 1 ? 0 : Math.floor(y / side.cell);
      for (let x = 0; x < map.columns * side.cell; x++) {
        const value = map.values[row * map.columns + Math.floor(x / side.cell)] ?? Number.NaN;
        pixels[y * width + left + x] = Number.isNaN(value) ? NOT_A_NUMBER : scale.index(value);
      }
    }
  });
  const caption =
    slices === 1
      ? `${rows === 1 ? "strip" : "map"} of ${rows === 1 ? columns : `${rows} × ${columns}`} values`
      : `${shown === slices ? "" : `first ${shown} of `}${slices} slices of ${rows} × ${columns}`;
  return { png: indexedPng(pixels, width, height, scale.palette), width, height, caption };
}

/** The edge of a cell in pixels, so that all maps fit. */
function sized(columns: number, rows: number, maps: number): { cell: number; gap: number } {
  const gap = maps > 1 ? 4 : 0;
  const room = (widest - (maps - 1) * gap) / maps;
  const cell = Math.floor(Math.min(room / columns, rows === 1 ? 24 : highest / rows, 24));
  return { cell: Math.max(1, cell), gap };
}

interface Cells {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** At most `mostCells` along each axis, by means of neighbours; a NaN among them is seen. */
function reduced(values: ArrayLike<number>, offset: number, rows: number, columns: number): Cells {
  const [rowStep, columnStep] = [Math.ceil(rows / mostCells), Math.ceil(columns / (2 * mostCells))];
  const [outRows, outColumns] = [Math.ceil(rows / rowStep), Math.ceil(columns / columnStep)];
  const sums = new Float64Array(outRows * outColumns);
  const counts = new Uint32Array(outRows * outColumns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const to = Math.floor(row / rowStep) * outColumns + Math.floor(column / columnStep);
      sums[to] = (sums[to] ?? 0) + Number(values[offset + row * columns + column]);
      counts[to] = (counts[to] ?? 0) + 1;
    }
  }
  return { values: sums.map((sum, i) => sum / (counts[i] ?? 1)), rows: outRows, columns: outColumns };
}

export function pngUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}
