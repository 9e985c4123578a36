/**
 * Random programs of mixed kernels, with gradients, draws and variables: compiled steps beside eager ones.
 * `TSPYRO_FUZZ=5000` runs more of them, `TSPYRO_FUZZ_SEED=1234` begins with that one.
 */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBackend } from "../tensor/backend.ts";
import { backendName, setSeed } from "../tensor/index.ts";
import { Chance, randomProgram } from "./testing/random-program.ts";
import { severalSteps } from "./testing/several-steps.ts";

const COUNT = Number(process.env.TSPYRO_FUZZ ?? 300);
const FIRST = Number(process.env.TSPYRO_FUZZ_SEED ?? 1);
const PORTION = 50;
/** Milliseconds for a portion: seconds, but the longer runs are those that get what time others leave. */
const PATIENCE = 300_000;
/**
 * Of the largest element, or of a tenth. Rounding (6e-8) grows through up to 25 kernels in a row and their gradients; what is
 * wrong is wrong in the first digit.
 */
const TOLERANCE = 2e-3;

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [scale, worst] = [0.1, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (x === y || Object.is(x, y)) continue;
    scale = Math.max(scale, Math.abs(x));
    worst = Math.max(worst, Number.isNaN(x - y) ? Number.POSITIVE_INFINITY : Math.abs(x - y));
  }
  return worst / scale;
}

function tryProgram(seed: number): string | undefined {
  const program = randomProgram(seed);
  const chance = new Chance(seed + 0.5);
  const args = Array.from({ length: 4 }, () => program.argumentShapes.map((shape) => chance.tensor(shape)));
  try {
    setSeed(seed);
    const { eager, compiled } = severalSteps(program, args, {
      webAssembly: seed % 2 === 0,
      whole: seed % 4 === 0,
    });
    for (const [step, values] of eager.entries()) {
      for (const [i, value] of values.entries()) {
        const found = compiled[step]?.[i] ?? [];
        if (apart(value, found) > TOLERANCE) {
          const show = (list: ArrayLike<number>) => Array.from(list).slice(0, 12).join(" ");
          return `seed ${seed}, step ${step}, result ${i}: ${show(value)} != ${show(found)}\n${program.text}`;
        }
      }
    }
  } catch (error) {
    return `seed ${seed}: ${(error as Error).message}\n${program.text}`;
  } finally {
    tf.dispose(args.flat());
    program.dispose();
  }
  return undefined;
}

describe("random programs", () => {
  let before: ReturnType<typeof backendName>;
  beforeAll(async () => {
    before = backendName();
    await loadBackend("cpu");
    await tf.setBackend("cpu");
  });
  afterAll(async () => {
    await tf.setBackend(before);
  });
  const portions = Array.from({ length: Math.ceil(COUNT / PORTION) }, (_, i) => FIRST + i * PORTION);
  it.each(portions)(
    "from seed %i on",
    (first) => {
      const failures = [];
      for (let seed = first; seed < Math.min(first + PORTION, FIRST + COUNT); seed++) {
        const failure = tryProgram(seed);
        if (failure !== undefined) failures.push(failure);
      }
      expect(failures.join("\n\n")).toBe("");
    },
    PATIENCE,
  );
});
