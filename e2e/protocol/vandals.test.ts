import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Kernel, resultText, streamText } from "./client.ts";

describe("a notebook that changes what everybody uses", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await Kernel.ready();
    await kernel.execute(
      "globalThis.kept = { console, Promise, JSON, map: Array.prototype.map, then: Promise.prototype.then }",
    );
  });
  afterAll(() => kernel.stop());

  it.each([
    ["console", "globalThis.console = { log() { throw 1 } } as never", "globalThis.console = kept.console"],
    ["Promise", "globalThis.Promise = class {} as never", "globalThis.Promise = kept.Promise"],
    ["JSON", "globalThis.JSON = null as never", "globalThis.JSON = kept.JSON"],
    ["a name of its own for console", "const console = 1; const Promise = 2; const JSON = 3", "0"],
    [
      "Object.prototype",
      "Object.prototype.polluted = 'yes'; Object.prototype.status = 'error'",
      "delete Object.prototype.polluted; delete Object.prototype.status",
    ],
    [
      "Object.prototype's enumerable get",
      "Object.prototype.run = -1; Object.prototype.code = 'x'",
      "delete Object.prototype.run; delete Object.prototype.code",
    ],
    [
      "Array.prototype",
      "Array.prototype.last = function () { return this.at(-1) }",
      "delete Array.prototype.last",
    ],
    ["Error.prepareStackTrace", "Error.prepareStackTrace = () => { throw new Error('stack') }", "0"],
    ["Error.stackTraceLimit", "Error.stackTraceLimit = 'none' as never", "Error.stackTraceLimit = 50"],
    ["process.stdout.write", "process.stdout.write = () => { throw 1 }", "0"],
    [
      "frozen prototypes",
      "for (const one of [Object, Array, Error, Function, Promise, Map]) Object.freeze(one.prototype)",
      "0",
    ],
  ])("answers after %s was changed", async (_, vandalism, repair) => {
    await kernel.execute(vandalism);
    for (const code of ["6 * 7", "throw new Error('said')", "await 0; [1].length", "nobodyKnows"]) {
      const { reply } = await kernel.execute(code, { stopOnError: false }, 15_000);
      expect(reply.content.status).toMatch(/^(ok|error)$/);
    }
    await kernel.execute(repair, { stopOnError: false });
    expect(resultText(await kernel.execute("6 * 7"))).toBe("42");
  });

  it("is still answered where nothing can work any more", async () => {
    const fresh = await Kernel.ready();
    try {
      await fresh.execute("Array.prototype.map = () => { throw new Error('map is gone') }", {
        stopOnError: false,
      });
      const { reply } = await fresh.execute("6 * 7", { stopOnError: false });
      expect(reply.content).toMatchObject({ status: "error" });
      expect((await fresh.request("shell", "kernel_info_request", {})).content.status).toBe("ok");
    } finally {
      await fresh.stop();
    }
  });
});

describe("two kernels side by side", () => {
  it("share nothing but the machine", async () => {
    const [one, other] = await Promise.all([Kernel.ready(), Kernel.ready()]);
    try {
      await one.execute(
        "let mine = 1; globalThis.ours = 2; process.env.OURS = '3'; process.chdir('/'); setRngSeed(1); param('p', 4); 0",
      );
      await other.execute("0");
      const seen =
        "[typeof mine, typeof globalThis.ours, process.env.OURS, process.cwd() === '/', [...getParamStore().keys()].length]";
      expect(resultText(await other.execute(seen))).toBe("[ 'undefined', 'undefined', undefined, false, 0 ]");
      const running = await one.begin("while (true) {}");
      expect(resultText(await other.execute("6 * 7"))).toBe("42");
      await other.interrupt();
      expect(
        one.published.some(
          ({ parent, header }) => parent.msg_id === running.id && header.msg_type === "error",
        ),
      ).toBe(false);
      await one.stop();
      expect(resultText(await other.execute("6 * 7"))).toBe("42");
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });
});

describe("an error that no cell waits for", () => {
  it.each([
    ["a timer", "setTimeout(() => { throw new Error('lost') }, 50)"],
    ["a promise", "void Promise.reject(new Error('lost')); 0"],
    ["a promise, later", "setTimeout(() => void Promise.reject(new Error('lost')), 50); 0"],
    ["a microtask", "queueMicrotask(() => { throw new Error('lost') }); 0"],
    [
      "a listener",
      "const e = new (process.getBuiltinModule('node:events'))(); setTimeout(() => e.emit('error', new Error('lost')), 50); 0",
    ],
  ])("in %s is shown under the cell that started it", async (_, code) => {
    const kernel = await Kernel.ready();
    try {
      const running = await kernel.begin(`console.log('started');\n${code}`);
      await running.done;
      expect(resultText(await kernel.execute("'another cell'"))).toBe("'another cell'");
      const said = await kernel.awaitPublished(
        ({ header, content }) =>
          header.msg_type === "stream" && content.name === "stderr" && content.text.includes("lost"),
      );
      expect(said.parent.msg_id).toBe(running.id);
      expect(said.content.text).toMatch(/Cell \[1\], line 2/);
      expect(streamText(await kernel.execute("console.log('lives')"))).toBe("lives\n");
    } finally {
      await kernel.stop();
    }
  });
});
