import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MpiKind } from "./node/environment.ts";
import { allGone, isMissing, mpirun } from "./testing/mpirun.ts";

/** Node starts several times, on cores that others use. */
const PATIENT = 180_000;

/** Adam's twelve steps towards the mean of 0, 1/4 ... 11/4, on twelve numbers: in float64. */
function adam(): number {
  let [x, m, v] = [0, 0, 0];
  for (let step = 1; step <= 12; step++) {
    const gradient = 12 * (x - 11 / 8);
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient ** 2;
    x -= (0.1 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
  }
  return x;
}

/** How long a rank waits for another: longer than a step takes on a machine with other work. */
const patience: Record<string, string> = { TSPYRO_MPI_TIMEOUT: "4" };

describe.each<[MpiKind, number, string, RegExp, Record<string, string>]>([
  ["mpich", 3, "is killed", /[Rr]ank 2 was killed at step [67]/, {}],
  ["openmpi", 3, "throws", /Rank 2 failed at step 6[\s\S]*the data ran out/, {}],
  ["openmpi", 2, "hangs", /Rank 1 did not come: it has been at step [67] for 4 s/, patience],
])("%s: %i ranks, one of which %s", (kind, np, trouble, message, env) => {
  it.skipIf(isMissing(kind))(
    "go on from the last checkpoint to the same result",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "tspyro-checkpoint-"));
      try {
        const failed = await mpirun(kind, np, "checkpoint.ts", [folder, trouble], env);
        expect(failed.code).not.toBe(0);
        expect(failed.output).toMatch(message);
        await allGone(failed.said.map(({ pid }) => pid as number));
        const { code, said, output } = await mpirun(kind, np, "checkpoint.ts", [folder]);
        expect(code, output).toBe(0);
        expect(said.flatMap(({ begun }) => begun ?? [])).toEqual(new Array(np).fill(4));
        const ends = said.filter(({ loc }) => loc !== undefined);
        expect(ends.map(({ steps }) => steps)).toEqual(new Array(np).fill(12));
        for (const { loc } of ends) expect(Math.abs((loc as number) - adam())).toBeLessThan(1e-5);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    PATIENT,
  );
});
