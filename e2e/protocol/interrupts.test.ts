import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { begun } from "./moments.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("an interrupt", () => {
  it.each([
    ["a loop", "while (true) {}"],
    ["a loop behind an await", "await 0; while (true) {}"],
    ["an empty for", "for (;;);"],
    ["a loop in a function", "(function spin() { do { } while (true) })()"],
    ["a regular expression that never ends", "/(a+)+$/.test('a'.repeat(60) + 'b')"],
    ["a promise that never settles", "await new Promise(() => {})"],
    ["recursion in a callback", "[1].forEach(() => { while (true) {} })"],
  ])("ends %s, with state kept and the heart beating", async (_, code) => {
    await kernel.execute("let survivor = 'here';");
    const running = await begun(kernel, `console.log("begun"); ${code}`);
    // Were the heart on the busy thread, it would not beat.
    for (let i = 0; i < 5; i++) await kernel.heartbeat();
    await kernel.interrupt();
    const { reply, messages } = await running.done;
    expect(reply.content).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(messages.filter((message) => message.header.msg_type === "error")).toHaveLength(1);
    expect(resultText(await kernel.execute("survivor"))).toBe("'here'");
  });

  it("can be caught, and runs finally", async () => {
    const running = await begun(
      kernel,
      "let cleaned = false; try { console.log('begun'); while (true) {} } finally { cleaned = true }",
    );
    await kernel.interrupt();
    await running.done;
    expect(resultText(await kernel.execute("cleaned"))).toBe("true");
  });

  it("reaches what the cell awaits, and can be caught there", async () => {
    const running = await begun(
      kernel,
      "let caught = ''; try { console.log('begun'); await new Promise(() => {}) } catch (error) { caught = (error as Error).name } caught",
    );
    await kernel.interrupt();
    expect(resultText(await running.done)).toBe("'KeyboardInterrupt'");
  });

  it("ends a prompt that nobody answers", async () => {
    let asked: () => void = () => {};
    const question = new Promise<void>((resolve) => {
      asked = resolve;
    });
    kernel.onInput = () => {
      asked();
      return undefined;
    };
    const running = await kernel.begin("prompt('name')", { allowStdin: true });
    await question;
    await kernel.interrupt();
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    kernel.onInput = () => "late";
    expect(resultText(await kernel.execute("prompt('again')", { allowStdin: true }))).toBe("'late'");
  });

  it("of code that catches everything takes another one", async () => {
    const running = await begun(
      kernel,
      "console.log('begun'); while (true) { try { while (true) {} } catch { console.log('caught') } }",
    );
    let through = false;
    void running.done.finally(() => {
      through = true;
    });
    while (!through) {
      await kernel.interrupt();
      await pause(500);
    }
    expect(streamText(await running.done)).toMatch(/^begun\n(caught\n)+$/);
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
  });

  it("reaches a loop that a cell has left behind in a timer", async () => {
    const left = "setTimeout(() => { console.log('spins'); while (true) {} }); 1";
    const running = await kernel.begin(left);
    await kernel.awaitPublished(({ content }) => String(content.text).includes("spins"), 30_000);
    await kernel.interrupt();
    await running.done;
    expect(resultText(await kernel.execute("1 + 2"))).toBe("3");
  });

  it("that V8 carries out just as the code comes to its end leaves the kernel answering", async () => {
    await kernel.execute("const still = new Int32Array(new SharedArrayBuffer(4));");
    for (const shape of [
      (wait: string) => wait,
      (wait: string) => `await 0; ${wait}`,
      (wait: string) => `(async () => { await 0; ${wait}; })().then(() => 1).then(() => 2); await 0`,
    ]) {
      // Force comes some 300 ms after the interrupt.
      for (const ms of [295, 305, 315]) {
        const code = `console.log("begun"); ${shape(`Atomics.wait(still, 0, 0, ${ms})`)}; 1`;
        const running = await begun(kernel, code, { allowStdin: true });
        await kernel.interrupt();
        expect(["ok", "error"]).toContain((await running.done).reply.content.status);
        expect(resultText(await kernel.execute("1 + 2"))).toBe("3");
      }
    }
  });

  it("when nothing runs does nothing", async () => {
    await kernel.interrupt();
    expect(resultText(await kernel.execute("1 + 2"))).toBe("3");
  });

  it("inside svi.step leaves the effect stack empty and the state of a whole step", async () => {
    await kernel.execute(
      [
        "const model = () => { sample('z', dist.Normal(0, 1)) };",
        "const guide = () => { sample('z', dist.Normal(param('loc', 0), param('scale', 1, { constraint: dist.constraints.positive }))) };",
        "const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), new Trace_ELBO());",
      ].join("\n"),
    );
    const running = await begun(
      kernel,
      "for (let step = 1; ; step++) { svi.step(); if (step === 20) console.log('many') }",
    );
    await kernel.interrupt();
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    const steps = await kernel.execute(
      "const counts = Object.values(svi.optim.getState()).map((s: any) => s.step); [counts.length, counts[0] > 10, counts[0] === counts[1]]",
    );
    expect(errorOf(steps)).toBeUndefined();
    expect(resultText(steps)).toBe("[ 2, true, true ]");
    // A bare sample outside any handler works only with an empty stack, and two of a name do not clash.
    const free = await kernel.execute(
      "sample('z', dist.Normal(0, 1)); sample('z', dist.Normal(0, 1)); typeof svi.step()",
    );
    expect(resultText(free)).toBe("'number'");
  });

  it("inside a model that never ends does the same", async () => {
    const running = await begun(
      kernel,
      "new SVI(() => { sample('y', dist.Normal(0, 1)); console.log('begun'); while (true) {} }, () => { sample('y', dist.Normal(param('m', 0), 1)) }, new optim.SGD({ lr: 1 }), 'ELBO').step()",
    );
    await kernel.interrupt();
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("typeof svi.step()"))).toBe("'number'");
  });
});

describe("an interrupt of a fresh kernel", () => {
  const withKernel = async (use: (kernel: Kernel) => Promise<void>, cwd?: string) => {
    const fresh = await Kernel.ready(cwd === undefined ? {} : { cwd });
    try {
      await use(fresh);
    } finally {
      await fresh.stop();
    }
  };

  it("by force, of a step that is being recorded, leaves nothing of the record", async () => {
    const patched =
      "[Object.hasOwn(tf.engine(), 'runKernel'), Math.random.toString().includes('native')].join()";
    await kernel.execute(`
      let spins = true;
      const stuck = jit((x) => {
        if (spins) { console.log('begun', ${patched}); /(a+)+$/.test('a'.repeat(60) + 'b'); }
        return tf.neg(x);
      });
    `);
    const running = await begun(kernel, "stuck(tf.scalar(1))");
    await kernel.interrupt();
    expect(streamText(await running.done)).toBe("begun true,false\n");
    expect(resultText(await kernel.execute(patched))).toBe("'false,true'");
    const code = "spins = false; for (let i = 0; i < 4; i++) stuck(tf.scalar(i)); stuck.program.compiled";
    expect(resultText(await kernel.execute(code))).toBe("true");
  });

  it("that comes before the cell's code has begun is not lost", () =>
    withKernel(async (fresh) => {
      const running = await fresh.begin("while (true) {}");
      await fresh.awaitPublished((message) => message.parent.msg_id === running.id);
      await fresh.interrupt();
      expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    }));

  it("waits until the library is loaded, which is whole afterwards", () =>
    withKernel(async (fresh) => {
      await fresh.execute("0");
      // A name that no one has declared: it may be the library's, which is loaded for it.
      const running = await fresh.begin("globalThis.ran = true; dist.Normal");
      let through = false;
      const done = running.done.finally(() => {
        through = true;
      });
      while (!through) {
        await fresh.interrupt();
        await pause(50);
      }
      expect((await done).reply.content.ename).toBe("KeyboardInterrupt");
      expect(resultText(await fresh.execute("[typeof globalThis.ran, typeof dist.Normal]"))).toBe(
        "[ 'undefined', 'function' ]",
      );
    }));

  it("inside a module that is being imported lets a later cell import it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tspyro-"));
    const spins = "if (globalThis.spin) { console.log('spins'); /(a+)+$/.test('a'.repeat(60) + 'b'); }";
    await writeFile(join(folder, "esm.ts"), `${spins} export const answer = 42;`);
    await writeFile(join(folder, "outer.ts"), "export { answer } from './esm.ts';");
    await writeFile(join(folder, "common.cjs"), `exports.early = 1; ${spins} exports.answer = 42;`);
    try {
      await withKernel(async (fresh) => {
        for (const load of ["(await import('./outer.ts')).answer", "require('./common.cjs').answer"]) {
          await fresh.execute("globalThis.spin = true");
          const running = await begun(fresh, load);
          await fresh.interrupt();
          expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
          await fresh.execute("globalThis.spin = false");
          expect(resultText(await fresh.execute(load))).toBe("42");
        }
      }, folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("that comes while a run records its steps is not swallowed", () =>
    withKernel(async (fresh) => {
      await fresh.execute(`
        const model = () => { sample("z", dist.Normal(0, 1)) };
        const guide = () => { sample("z", dist.Normal(param("loc", 3), 1)) };`);
      for (const wait of [0, 100, 250, 400]) {
        const running = await begun(
          fresh,
          `console.log("begun");
          await new SVI(model, guide, new optim.Adam({ lr: 0.01 }), new Trace_ELBO()).run(1e9);`,
        );
        await pause(wait);
        await fresh.interrupt();
        expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
      }
    }));
});
