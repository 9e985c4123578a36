import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { isMissing, KINDS, mpirun } from "./testing/mpirun.ts";

/** Node starts several times, on cores that others use. */
const PATIENT = 180_000;
const MODELS = "regression logistic vae eager graph enumerated meanField schedule".split(" ");

interface Trained {
  readonly [model: string]: { readonly compiled: boolean; readonly values: readonly number[] };
}
interface Subsampled {
  /** Of the parameter, over a hundred steps. */
  readonly mean: number;
  readonly chosen: readonly number[];
  readonly y: readonly number[];
}

const alone = async (): Promise<Trained> => {
  const script = fileURLToPath(new URL("testing/train.ts", import.meta.url));
  const env = { ...process.env, TSPYRO_BACKEND: "cpu" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", script], { env });
  return JSON.parse(stdout) as Trained;
};
let known: Promise<Trained> | undefined;

const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN))));

/**
 * Four rows of each rank at a time, chosen by each for itself. The gradient of a step is 24 times the distance from the
 * mean of the rows that were taken, whose variance is that of samples without replacement; the mean over a hundred steps
 * has a hundredth of it (Polyak and Ruppert). Five standard deviations of that: one seed in two million is further away.
 */
function checkSubsampled(ranks: readonly Subsampled[]): void {
  const all = ranks.flatMap(({ y }) => y);
  const average = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const variances = ranks.map(({ y }) => {
    const center = average(y);
    const spread = average(y.map((x) => (x - center) ** 2));
    return (spread / 4) * ((y.length - 4) / (y.length - 1));
  });
  const deviation = Math.sqrt(average(variances) / ranks.length / 100);
  for (const { mean, chosen } of ranks) {
    expect(mean).toBe(ranks[0]?.mean);
    expect(Math.abs(mean - average(all))).toBeLessThan(5 * deviation);
    expect(new Set(chosen.slice(0, 4)).size).toBe(4);
  }
  expect(new Set(ranks.map(({ chosen }) => chosen.join())).size).toBe(ranks.length);
}

describe.each(KINDS)("%s", (kind) => {
  const size = kind === "mpich" ? 4 : 2;

  it.skipIf(isMissing(kind))(
    `trains on the data of ${size} ranks as one process does on all of it`,
    async () => {
      known ??= alone();
      const one = await known;
      const { said, output, code } = await mpirun(kind, size, "train.ts");
      expect(code, output).toBe(0);
      expect(said).toHaveLength(size);
      for (const ranks of said as unknown as Trained[]) {
        for (const model of MODELS) {
          const [own, whole, first] = [ranks, one, said[0] as unknown as Trained].map((all) => all[model]);
          expect(own?.compiled, model).toBe(model !== "eager");
          expect(own?.values).toHaveLength(whole?.values.length ?? 0);
          // Sums of other orders differ in the last bit of a float32.
          expect(furthest(own?.values ?? [], whole?.values ?? []), model).toBeLessThan(1e-5);
          expect(own?.values).toEqual(first?.values);
        }
      }
      checkSubsampled(said.map((own) => own.subsampled as Subsampled));
    },
    PATIENT,
  );

  it.skipIf(isMissing(kind))(
    "begins where rank 0 does, and bears ranks that differ",
    async () => {
      const { said, output, code } = await mpirun(kind, 2, "differences.ts");
      expect(code, output).toBe(0);
      expect(said).toHaveLength(2);
      // Streams of their own draw other beginnings.
      expect(said[0]?.drawn).not.toEqual(said[1]?.drawn);
      for (const own of said) {
        // The gradient of x² at rank 0's beginning, taken by half: it would end elsewhere from another.
        expect(own.begun).toEqual([0, 0]);
        // b's gradient is 1 on one rank of two.
        expect(own.zeros).toEqual([[0.5], [0.75]]);
        expect(own.refused).toMatch(/exists on some ranks and not on rank 0 \(at parameter "c"\)/);
        expect(own.after).toEqual([[0.5], ["a", "b"]]);
        expect((own.state as unknown[])[1]).toBe(2);
        expect(own.state).toEqual(said[0]?.state);
        // Twice [1, 0] and [1, 1/3]: summed; averaged in half precision; by Adasum; added up over two steps.
        const [sum, half, adasum, passes] = ["sum", "half", "adasum", "passes"].map(
          (name) => own[name] as number[],
        ) as [number[], number[], number[], number[]];
        expect(furthest(sum, [-4, -2 / 3])).toBeLessThan(1e-6);
        expect(furthest(half, [-2, -1 / 3])).toBeLessThan(2 ** -11);
        expect(half[1]).not.toBe(passes[1]);
        expect(furthest(adasum, [-2.1, -0.55 * (2 / 3)])).toBeLessThan(1e-6);
        expect(furthest(passes, [-2, -1 / 3])).toBeLessThan(1e-6);
        expect(own.overflow).toMatch(/"a"[\s\S]*65504/);
        // Forty steps towards the mean of 0 and 1, three of them with a loss that is infinite on rank 1.
        const [compiled, loc, infinite] = own.uneven as [boolean, number[], number];
        expect(compiled).toBe(true);
        expect(said[0]?.uneven).toEqual([compiled, loc, expect.any(Number)]);
        expect(loc[0]).toBeCloseTo(0.5 * (1 - 0.9 ** 40), 5);
        expect(infinite).toBe(own.rank === 1 ? 3 : 0);
      }
    },
    PATIENT,
  );
});
