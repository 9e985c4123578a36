import { afterAll, beforeAll, expect, it } from "vitest";
import { anyCell } from "./cell-programs.ts";
import { type ExecuteOptions, type Execution, Kernel, resultText } from "./client.ts";
import { seeded } from "./random.ts";

/** TSPYRO_FUZZ_CELLS=5000 runs that many cells, TSPYRO_FUZZ_SEED=n others. */
const count = Number(process.env.TSPYRO_FUZZ_CELLS ?? 100);
const seed = Number(process.env.TSPYRO_FUZZ_SEED ?? 20_240_611);
const rounds = 10;

let kernel: Kernel;
/** In milliseconds: what a busy machine may need; who hangs is told of all the same. */
const longest = 180_000;
beforeAll(async () => {
  kernel = await Kernel.ready();
  // No interrupt ends the loading of the library, which half of the programs name something of.
  await kernel.execute("typeof dist.Normal", {}, longest);
}, longest);
afterAll(() => kernel.stop());

/** Runs a cell; one that never ends is interrupted, twice if need be. */
async function outcome(code: string, options: ExecuteOptions): Promise<Execution> {
  const { done } = await kernel.begin(code, options, longest);
  done.catch(() => {});
  const later = (ms: number) => new Promise<"late">((resolve) => setTimeout(resolve, ms, "late"));
  for (const patience of [2000, 3000, 20_000, 100_000]) {
    const first = await Promise.race([done, kernel.exited, later(patience)]);
    if (typeof first === "object" && first !== null) return first;
    // Which cell it was is what one wants to know.
    if (first !== "late") throw new Error(`the kernel died (${first}) of: ${code}\n${kernel.log}`);
    await kernel.interrupt();
  }
  throw new Error(`no interrupt ended: ${code}\n${kernel.log}`);
}

const memory = async () =>
  Number(
    resultText(await kernel.execute("globalThis.gc?.(); process.memoryUsage().heapUsed / 1e6", {}, longest)),
  );

it(`answers after ${count} hostile cells, and its memory is flat (seed ${seed})`, {
  timeout: 60 * 60_000,
}, async () => {
  const random = seeded(seed);
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < count / rounds; i++) {
      const code = anyCell(random);
      const done = await outcome(code, { stopOnError: false, cellId: `cell-${random.below(30)}` });
      expect(done.reply.content.status, code).toMatch(/^(ok|error)$/);
      expect(done.messages.filter(({ header }) => header.msg_type === "error").length, code).toBe(
        done.reply.content.status === "error" ? 1 : 0,
      );
    }
    expect(resultText(await kernel.execute("6 * 7", {}, longest))).toBe("42");
    sizes.push(await memory());
    kernel.published.length = 0;
  }
  const shown = `heap in MB after each round: ${sizes.map((size) => size.toFixed(1)).join(" ")}`;
  if (process.env.TSPYRO_FUZZ_CELLS !== undefined) process.stdout.write(`seed ${seed}, ${shown}\n`);
  const [early, late] = [Math.max(...sizes.slice(0, 4)), Math.min(...sizes.slice(-3))];
  expect(late, shown).toBeLessThan(early * 1.25 + 10);
  expect(kernel.log).toBe("");
});
