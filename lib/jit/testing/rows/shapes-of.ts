/** Shapes that kernels are tried on. */
import type { Shape } from "./row.ts";

export const SHAPES: readonly Shape[] = [[], [7], [1], [0], [3, 4], [2, 1, 3], [2, 0, 3], [2, 1, 3, 2, 2]];
/** Long enough for a vector loop. */
export const LONG: readonly Shape[] = [[1203], [31, 1, 41]];

export const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[], [5]],
  [[3], [3]],
  [
    [3, 1],
    [1, 4],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[0], [1]],
  [
    [2, 0],
    [2, 1],
  ],
  [
    [2, 1, 3, 1, 2],
    [1, 2, 1, 2, 1],
  ],
  [
    [2, 1, 2, 2, 3],
    [2, 3],
  ],
];
export const LONG_PAIRS: readonly (readonly [Shape, Shape])[] = [
  [[1203], [1203]],
  [[1203], []],
  [[37, 1], [41]],
  [
    [37, 41],
    [37, 1],
  ],
];
