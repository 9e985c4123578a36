import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { Kernel, resultText } from "./client.ts";
import { begun } from "./moments.ts";

async function withKernel(use: (kernel: Kernel) => Promise<void>): Promise<void> {
  const kernel = await Kernel.ready();
  try {
    await use(kernel);
  } finally {
    await kernel.stop();
  }
}

describe("the kernel", () => {
  it("says what it is, on shell and on control", () =>
    withKernel(async (kernel) => {
      for (const channel of ["shell", "control"] as const) {
        const { content } = await kernel.request(channel, "kernel_info_request", {});
        expect(content).toMatchObject({
          status: "ok",
          implementation: "tspyro",
          language_info: { name: "typescript", file_extension: ".ts" },
        });
        expect(content.protocol_version).toMatch(/^5\./);
      }
    }));

  it("names a port that somebody else has taken, and ends", async () => {
    const taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address() as { port: number };
    const kernel = await Kernel.start({ ports: [port, 0, 0, 0, 0] });
    try {
      await kernel.exited;
      expect(kernel.log).toMatch(
        new RegExp(`^tspyro: The kernel cannot listen at tcp://127.0.0.1:${port} \\(shell\\): .*\\n$`),
      );
    } finally {
      await kernel.stop();
      taken.close();
    }
  });

  it.each([false, true])("shuts down when asked (restart %s)", (restart) =>
    withKernel(async (kernel) => {
      const { content } = await kernel.request("control", "shutdown_request", { restart });
      expect(content).toMatchObject({ status: "ok", restart });
      expect(await kernel.exited).toBe(0);
    }),
  );

  it("shuts down while a cell spins", () =>
    withKernel(async (kernel) => {
      void (await begun(kernel, "console.log('spins'); while (true) {}")).done.catch(() => {});
      await kernel.request("control", "shutdown_request", { restart: false });
      expect(await kernel.exited).toBe(0);
    }));

  it("ends cleanly when a cell calls process.exit", () =>
    withKernel(async (kernel) => {
      const running = await kernel.begin("process.exit(0)");
      await running.done;
      expect(await kernel.exited).toBe(0);
    }));

  it("drops what is malformed or not signed, and goes on", () =>
    withKernel(async (kernel) => {
      const info = "kernel_info_request";
      await kernel.send("shell", info, {}, { tamper: (frames) => frames.slice(0, 2) });
      await kernel.send(
        "shell",
        info,
        {},
        { tamper: ([d, , ...rest]) => [d as Buffer, Buffer.alloc(0), ...rest] },
      );
      await kernel.send(
        "shell",
        info,
        {},
        { tamper: ([d, , ...rest]) => [d as Buffer, Buffer.from("f".repeat(64)), ...rest] },
      );
      await kernel.send("shell", info, {}, { tamper: () => [Buffer.from("noise")] });
      await kernel.send(
        "control",
        info,
        {},
        { tamper: (frames) => [...frames.slice(0, 2), Buffer.from("{"), ...frames.slice(3)] },
      );
      await kernel.send("shell", "no_such_request", {});
      let recorded: Buffer[] = [];
      const once = { code: "globalThis.times = (globalThis.times ?? 0) + 1", user_expressions: {} };
      await kernel.send("shell", "execute_request", once, {
        tamper: (frames) => {
          recorded = frames;
          return frames;
        },
      });
      await kernel.sendFrames("shell", recorded);
      expect(resultText(await kernel.execute("globalThis.times"))).toBe("1");
      for (const reason of [
        "has 0 of its 4 dictionaries",
        "it is not signed",
        "its signature is wrong",
        "none of Jupyter's protocol",
        "it has come before",
      ])
        expect(kernel.log).toContain(reason);
      expect(resultText(await kernel.execute("6 * 7"))).toBe("42");
    }));

  it("asks the reader for input, and fails at once where the client forbids it", () =>
    withKernel(async (kernel) => {
      kernel.onInput = (message) => `${message.content.prompt}!`;
      expect(resultText(await kernel.execute("prompt('name')", { allowStdin: true }))).toBe("'name!'");
      const { reply } = await kernel.execute("prompt('name')");
      expect(reply.content.status).toBe("error");
    }));

  it("carries comms in both directions, with binary buffers", () =>
    withKernel(async (kernel) => {
      await kernel.execute("1");
      const comm_id = "test-comm";
      await kernel.send("shell", "comm_open", { comm_id, target_name: "no.such.target", data: {} });
      const closed = await kernel.awaitPublished((message) => message.header.msg_type === "comm_close");
      expect(closed.content.comm_id).toBe(comm_id);
      const { content } = await kernel.request("shell", "comm_info_request", {});
      expect(content).toMatchObject({ status: "ok", comms: {} });
    }));
});
