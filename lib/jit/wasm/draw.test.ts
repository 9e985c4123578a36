import { describe, expect, test } from "vitest";
import { fillNormal, fillUniform } from "../../tensor/random/fill.ts";
import { drawKey } from "../../tensor/random/threefry.ts";
import { compileFills, type Fills } from "./draw.ts";

const PAGE = 65536;
const MARK = -12345;

function filled(name: keyof Fills, size: number, key: readonly [number, number]): Float32Array {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * size) / PAGE) + 1 });
  const cells = new Float32Array(memory.buffer).fill(MARK);
  compileFills(memory)?.[name](3, size, ...key);
  expect(cells.subarray(0, 3).every((x) => x === MARK)).toBe(true);
  expect(cells.subarray(3 + size).every((x) => x === MARK)).toBe(true);
  return cells.slice(3, 3 + size);
}

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257, 1000, 100_003];

describe.each(sizes)("a draw of %d numbers", (size) => {
  const key = drawKey(size, 77, 2 ** 33 + size);

  test("is the same stream of uniform numbers, to the bit", () => {
    const want = new Float32Array(size);
    fillUniform(want, ...key);
    expect(filled("uniform", size, key)).toEqual(want);
  });

  test("is the same stream of normal numbers, to float32 rounding", () => {
    const want = new Float32Array(size);
    fillNormal(want, ...key);
    const got = filled("normal", size, key);
    let worst = 0;
    got.forEach((x, i) => {
      const exact = want[i] as number;
      const error = Math.abs(x - exact) / Math.abs(exact);
      worst = error <= worst ? worst : error;
    });
    // Logarithm, root, angle, sine and product each round: at most four units of 2^-23.
    expect(worst).toBeLessThan(4 * 2 ** -23);
  });
});
