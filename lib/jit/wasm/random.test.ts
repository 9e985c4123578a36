/**
 * Random loops against the interpreter. `FUZZ_SEED` and `FUZZ_COUNT` run others, and more of them.
 *
 * Tolerance: values stay below a few thousand; each of at most a dozen float32 operations may lose one unit of its
 * operands, and sums of n points with √n of them; scattered
 * sums, which are float32 in memory, with n. Integers and booleans are compared
 * exactly.
 */
import { expect, test } from "vitest";
import type { Loop } from "../schedule/steps.ts";
import { wasmRuns } from "./index.ts";
import { Arena } from "./testing/arena.ts";
import { random, randomLoop } from "./testing/random-loop.ts";

const first = Number(process.env.FUZZ_SEED ?? 1);
const count = Number(process.env.FUZZ_COUNT ?? 300);

function check(seed: number): boolean {
  const arena = new Arena();
  const loop: Loop = randomLoop(arena, random(seed));
  if (!wasmRuns(loop)) return false;
  const { got, want } = arena.both(loop, seed % 2 === 0);
  const points = loop.domain.reduce((a, b) => a * b, 1);
  const [gotFloats, wantFloats] = [new Float32Array(got.buffer), new Float32Array(want.buffer)];
  const floats = new Map<number, number>();
  for (const buffer of arena.buffers) {
    if (buffer.dtype !== "float32") continue;
    const sum = loop.body.find(
      (s) => s.kind === "reduce" && s.reducer === "sum" && s.to.buffer.id === buffer.id,
    );
    const scattered = sum?.kind === "reduce" && sum.to.indirect !== undefined;
    const scale = sum === undefined ? 1 : scattered ? points / 8 : Math.sqrt(points);
    for (let i = 0; i < buffer.size; i++) floats.set(arena.address(buffer) + i, scale);
  }
  for (let cell = 0; cell < got.length; cell++) {
    if (got[cell] === want[cell]) continue;
    const [a, b] = [gotFloats[cell] as number, wantFloats[cell] as number];
    const scale = floats.get(cell);
    const close = scale !== undefined && Math.abs(a - b) <= 2e-6 * (Math.abs(b) + 30 * scale);
    expect(close, `seed ${seed}, cell ${cell}: ${a} instead of ${b}\n${JSON.stringify(loop)}`).toBe(true);
  }
  return true;
}

test(
  `random loops agree with the interpreter, seeds ${first} to ${first + count - 1}`,
  () => {
    let ran = 0;
    for (let seed = first; seed < first + count; seed++) if (check(seed)) ran++;
    expect(ran).toBeGreaterThan(count / 2);
  },
  30_000 + 100 * count,
);
