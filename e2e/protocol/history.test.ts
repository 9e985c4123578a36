import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Kernel } from "./client.ts";
import { begun } from "./moments.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tspyro-history-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function history(kernel: Kernel, request: Record<string, unknown>): Promise<unknown> {
  const { content } = await kernel.request("shell", "history_request", {
    output: false,
    raw: true,
    ...request,
  });
  expect(content.status).toBe("ok");
  return content.history;
}

async function withKernel(use: (kernel: Kernel) => Promise<void>, told: string): Promise<void> {
  const kernel = await Kernel.ready({ env: { TSPYRO_HISTORY: told } });
  try {
    await use(kernel);
    expect(kernel.log).toBe("");
  } finally {
    await kernel.stop();
  }
}

describe("history", () => {
  it("has what was run and is kept over a restart, killed kernels too", async () => {
    await withKernel(async (kernel) => {
      await kernel.execute("const first = 40");
      await kernel.execute("first + 2");
      await kernel.execute("'not this'", { storeHistory: false });
      await kernel.execute("'nor this'", { silent: true });
      await kernel.execute("throw new Error('also this')");
      expect(
        await history(kernel, { hist_access_type: "range", session: 0, start: 0, output: true }),
      ).toEqual([
        [1, 1, ["const first = 40", null]],
        [1, 2, ["first + 2", "42"]],
        [1, 3, ["throw new Error('also this')", null]],
      ]);
    }, folder);
    await withKernel(async (kernel) => {
      await kernel.execute("'second session'");
      expect(await history(kernel, { hist_access_type: "tail", n: 2 })).toEqual([
        [1, 3, "throw new Error('also this')"],
        [2, 1, "'second session'"],
      ]);
      expect(
        await history(kernel, { hist_access_type: "search", pattern: "*first*", unique: true, n: 1 }),
      ).toEqual([[1, 2, "first + 2"]]);
      expect(await history(kernel, { hist_access_type: "range", session: -1, start: 1, stop: 2 })).toEqual([
        [1, 1, "const first = 40"],
      ]);
    }, folder);
  });

  it("is answered while a cell computes", () =>
    withKernel(async (kernel) => {
      const busy = await begun(kernel, "console.log('spins'); while (true) {}");
      expect(await history(kernel, { hist_access_type: "tail", n: 1 })).toEqual([
        [1, 1, expect.stringContaining("spins")],
      ]);
      await kernel.interrupt();
      await busy.done;
    }, "off"));

  it("that is off writes nothing and has this session all the same", async () => {
    const before = await readdir(folder);
    await withKernel(async (kernel) => {
      await kernel.execute("'in memory'");
      expect(await history(kernel, { hist_access_type: "tail", n: 5 })).toEqual([[1, 1, "'in memory'"]]);
    }, "off");
    expect(await readdir(folder)).toEqual(before);
  });
});
