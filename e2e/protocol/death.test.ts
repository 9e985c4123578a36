import { describe, expect, it } from "vitest";
import { Kernel, type StartOptions, streamText } from "./client.ts";

/** What is said under the first cell of the kernel that Jupyter starts in the place of one that `die` has ended. */
async function successorOf(die: (kernel: Kernel) => Promise<unknown>, options: StartOptions = {}) {
  const kernel = await Kernel.ready(options);
  await kernel.execute("1");
  await Promise.all([die(kernel), kernel.exited]);
  const next = await Kernel.ready({ instead: kernel });
  try {
    const first = streamText(await next.execute("2"), "stderr");
    expect(streamText(await next.execute("3"), "stderr")).toBe("");
    return { told: first, published: kernel.published };
  } finally {
    await next.stop();
    await kernel.stop();
  }
}

describe("a kernel that ends without a word is told of by the next one", () => {
  it("killed from outside while a cell computes", async () => {
    const { told } = await successorOf(async (kernel) => {
      void (await kernel.begin("console.log('here'); while (true) {}")).done.catch(() => {});
      await kernel.awaitPublished(({ header }) => header.msg_type === "stream");
      kernel.process.kill("SIGKILL");
    });
    expect(told).toMatch(
      /^The kernel before this one ended without warning while Cell \[2\] ran; its variables are lost\./,
    );
    expect(told).toMatch(/It had taken \d+ MB of memory/);
  });

  it("crashed in native code while no cell ran", async () => {
    const { told } = await successorOf(async (kernel) => kernel.process.kill("SIGSEGV"));
    expect(told).toMatch(/while no cell ran.*native code/);
  });

  it("ended by V8, whose heap is full", async () => {
    const { told } = await successorOf(
      async (kernel) => {
        await kernel
          .begin("const hoard = []; for (;;) hoard.push({ at: hoard.length });")
          .then(({ done }) => {
            void done.catch(() => {});
          });
      },
      { flags: ["--max-old-space-size=100"], env: { TSPYRO_MEMORY_LIMIT: "off" } },
    );
    expect(told).toMatch(/while Cell \[2\] ran.*V8, which runs JavaScript, could not go on: .*heap/s);
    expect(told).toContain("TSPYRO_MEMORY_LIMIT");
  });
});

describe("a kernel that is ended by its own code says so at once", () => {
  it.each(["process.exit(3)", "process.abort()"])("by %s", async (how) => {
    const { told, published } = await successorOf(async (kernel) => (await kernel.begin(how)).done);
    const text = published.map(({ header, content }) => (header.msg_type === "stream" ? content.text : ""));
    expect(text.join("")).toContain(`${how} has ended the kernel: all variables are lost`);
    expect(told).toBe("");
  });
});

it("one that was shut down is not spoken of", async () => {
  const { told } = await successorOf((kernel) =>
    kernel.request("control", "shutdown_request", { restart: true }),
  );
  expect(told).toBe("");
});
