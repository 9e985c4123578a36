import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText } from "./client.ts";

const env = { TSPYRO_MEMORY_LIMIT: "900MB" };
const resident = "process.memoryUsage.rss() / 1e6";

describe("at the memory limit", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await Kernel.ready({ env });
    await kernel.execute("globalThis.hoard = []; dist.Normal(0, 1); let kept = 'here';");
  });
  afterAll(() => kernel.stop());

  it.each([
    ["arrays", "while (true) hoard.push(new Array(1000).fill(0))"],
    ["what a callback makes", "Array.from({ length: 1e9 }, () => Buffer.alloc(1e5, 1))"],
    ["Buffers", "while (true) hoard.push(Buffer.alloc(1e6, 1))"],
    ["Buffers that are never written to", "while (true) hoard.push(Buffer.alloc(1e7))"],
    ["Buffers across turns", "while (true) { hoard.push(Buffer.alloc(1e6, 1)); await 0 }"],
    ["tensors", "while (true) hoard.push(tf.ones([1e5]))"],
    ["tensors across turns", "while (true) { hoard.push(tf.ones([1e5])); await tf.nextFrame() }"],
    [
      "code that catches everything",
      "while (true) { try { for (;;) hoard.push(Buffer.alloc(1e6, 1)) } catch {} }",
    ],
  ])("a cell that hoards %s is stopped and the kernel lives on", async (_, code) => {
    const { reply, messages } = await kernel.execute(code);
    expect(reply.content).toMatchObject({ status: "error", ename: "MemoryLimitError" });
    expect(errorOf({ reply, messages })?.evalue).toMatch(
      /expected: at most 900 MB[\s\S]*got: [\s\S]*TSPYRO_MEMORY_LIMIT/,
    );
    // Letting go is possible, and gives the memory back.
    expect(resultText(await kernel.execute("hoard.length = 0; kept"))).toBe("'here'");
    const { content } = await kernel.request("shell", "kernel_info_request", {});
    expect(content.status).toBe("ok");
    await expect
      .poll(async () => Number(resultText(await kernel.execute(resident))), { timeout: 20_000 })
      .toBeLessThan(900);
  });

  it("what can be caught is caught", async () => {
    const code =
      "let seen = ''; try { for (;;) hoard.push(Buffer.alloc(1e6, 1)) } catch (error) { hoard.length = 0; seen = error.name } seen";
    expect(resultText(await kernel.execute(code))).toBe("'MemoryLimitError'");
  });
});

describe("a kernel that cannot be saved", () => {
  it.each([
    ["one call that takes it all", "new Float64Array(4e8).fill(1)"],
    ["a timer", "globalThis.hoard = []; setInterval(() => hoard.push(Buffer.alloc(16e6, 1)), 1); 0"],
  ])("by %s says why before it ends", async (_, code) => {
    const kernel = await Kernel.ready({ env });
    try {
      await kernel.execute("0");
      const running = await kernel.begin(code);
      await kernel.awaitPublished(
        ({ header, content }) => header.msg_type === "stream" && /The kernel ended itself/.test(content.text),
        30_000,
      );
      await kernel.exited;
      if (code.startsWith("new"))
        expect((await running.done).reply.content).toMatchObject({ status: "error" });
      expect(kernel.log).toContain("The kernel ended itself before the machine runs out of memory");
    } finally {
      await kernel.stop();
    }
  });
});
