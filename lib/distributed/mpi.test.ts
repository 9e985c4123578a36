import { execFile, type StdioOptions, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { allGone, isMissing, KINDS, mpirun } from "./testing/mpirun.ts";

/** Node starts several times, on cores that others use. */
const PATIENT = 180_000;

/** Adasum of (1, 0) and (1, 1), by hand: (1 - 1/2)·a + (1 - 1/4)·b. */
const ADASUM_OF_TWO = [1.25, 0.75];

/** As `npx tspyro mpirun` starts it. */
const tspyro = fileURLToPath(new URL("../../kernel/setup/cli.ts", import.meta.url));

describe.each(KINDS)("%s", (kind) => {
  it.skipIf(isMissing(kind))(
    "is what npx tspyro mpirun starts, and its exit code is the ranks'",
    async () => {
      const env = { ...process.env, TSPYRO_MPI: kind, TSPYRO_BACKEND: "cpu", TSPYRO_MPI_TIMEOUT: "120" };
      const script = fileURLToPath(new URL("testing/trouble.ts", import.meta.url));
      const args = ["--no-warnings", tspyro, "mpirun", "-np", "2", script, "throws"];
      const failed = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
      expect(failed).toMatchObject({ code: expect.any(Number) });
      expect(failed.code).toBeGreaterThan(0);
      expect(failed.stderr).toMatch(/rank 0, step 3: PyroError: Rank 1 failed at step 3/);
    },
    PATIENT,
  );

  it.skipIf(isMissing(kind))(
    "leaves no rank behind at ctrl-C, which a terminal sends to all",
    async () => {
      const env = { ...process.env, TSPYRO_MPI: kind, TSPYRO_BACKEND: "cpu", TSPYRO_MPI_TIMEOUT: "120" };
      const script = fileURLToPath(new URL("testing/trouble.ts", import.meta.url));
      const args = ["--no-warnings", tspyro, "mpirun", "-np", "2", script, "goes on"];
      const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
      const child = spawn(process.execPath, args, { env, stdio, detached: true });
      let pids: number[] = [];
      let said = "";
      const over = new Promise((resolve) => child.on("exit", resolve));
      const begun = new Promise<void>((resolve) => {
        child.stdout?.on("data", (text) => {
          said += text;
          pids = [...said.matchAll(/"pid":(\d+)\}/g)].map(([, pid]) => Number(pid));
          if (pids.length === 2) resolve();
        });
      });
      await Promise.race([begun, over]);
      expect(pids).toHaveLength(2);
      process.kill(-(child.pid as number), "SIGINT");
      await over;
      await allGone(pids);
    },
    PATIENT,
  );

  it.skipIf(isMissing(kind))(
    "combines, gathers and broadcasts what ranks have",
    async () => {
      const { said, output, code } = await mpirun(kind, 2, "collectives.ts");
      expect(output).not.toMatch(/Error/);
      expect(code).toBe(0);
      const rankOf = ({ world }: Record<string, unknown>) => (world as number[])[0] as number;
      const sorted = said.toSorted((a, b) => rankOf(a) - rankOf(b));
      expect(sorted).toHaveLength(2);
      for (const [rank, own] of sorted.entries()) {
        expect(own).toMatchObject({
          world: [rank, 2, rank],
          sum: [1, 3],
          average: [1.5],
          adasum: ADASUM_OF_TWO,
          ragged: [[0], [1, 1]],
          last: [1],
          later: [5],
          empty: [],
          after: expect.stringMatching(/^MPI is over/),
          part: rank === 0 ? [0, 1, 2] : [3, 4, 5, 6],
          // A stream of its own for each rank, until all are to share one.
          streams: [rank * 2 ** 21, 0],
        });
        const [halves, exact] = [own.halves as number[], own.exact as number[]];
        for (const [i, half] of halves.entries()) {
          const sum = exact[i] as number;
          // Three roundings to eleven bits; below 2^-14 to multiples of 2^-24; above 65504 there is only infinity.
          if (Math.abs(sum) >= 65520) expect(half).toBe(Math.sign(sum) * Number.POSITIVE_INFINITY);
          else
            expect(Math.abs(half - sum)).toBeLessThanOrEqual(
              Math.max(Math.abs(sum) * 3 * 2 ** -11, 3 * 2 ** -25),
            );
        }
      }
    },
    PATIENT,
  );

  const troubles: [string, RegExp, Readonly<Record<string, string>>][] = [
    ["throws", /Rank 1 failed at step 3.*\n.*got: the data ran out/, {}],
    ["is killed", /Rank 1 was killed at step 3|rank 1 was killed at step 3/, {}],
    ["hangs", /Rank 1 did not come: it has been at step 3 for 1 s/, { TSPYRO_MPI_TIMEOUT: "1" }],
  ];
  // Nothing of these is the library's: one will do.
  const once: typeof troubles = [
    // As if each rank had a machine of its own: they know of each other by messages alone.
    ["throws", /Rank 1 failed at step 3.*\n.*got: the data ran out/, { TSPYRO_MPI_SHARED: "off" }],
    ["ends early", /Rank 1 ended after step 3, while others go on/, {}],
  ];
  it.skipIf(isMissing(kind)).each(kind === "mpich" ? [...troubles, ...once] : troubles)(
    "a rank that %s stops all others, by name",
    async (trouble, message, env) => {
      const { code, output, said } = await mpirun(kind, 3, "trouble.ts", [trouble], env);
      expect(code).not.toBe(0);
      // Each of the other two says whose fault it was, and at which step of its own it heard.
      expect(output).toMatch(message);
      for (const rank of [0, 2])
        expect(output).toMatch(new RegExp(`^rank ${rank}, step 3: PyroError|rank ${rank} stops`, "m"));
      expect(said).toHaveLength(3);
      await allGone(said.map(({ pid }) => pid as number));
    },
    PATIENT,
  );
});
