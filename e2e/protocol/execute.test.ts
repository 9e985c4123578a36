import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { beginFailing, begun } from "./moments.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const countOf = async () => (await kernel.execute("0")).reply.content.execution_count;

describe("user_expressions", () => {
  it("are evaluated after the cell, each for itself, and show themselves", async () => {
    const { reply, messages } = await kernel.execute("let base = 1; base = 20;", {
      userExpressions: {
        sum: "base + 1",
        picture: `html\`<b>\${base}</b>\``,
        later: "await Promise.resolve('awaited')",
        typed: "base as number",
        nothing: "undefined",
        missing: "missingName + 1",
        broken: "base +",
        thrown: "(() => { throw new TypeError('on purpose') })()",
      },
    });
    const { status, user_expressions: found } = reply.content;
    expect(status).toBe("ok");
    expect(found.sum).toEqual({ status: "ok", data: { "text/plain": "21" }, metadata: {} });
    expect(found.picture.data).toEqual({ "text/html": "<b>20</b>", "text/plain": "<b>20</b>" });
    expect(found.later.data["text/plain"]).toBe("'awaited'");
    expect(found.typed.data["text/plain"]).toBe("20");
    expect(found.nothing).toMatchObject({ status: "ok", data: { "text/plain": "undefined" } });
    expect(found.missing).toMatchObject({ status: "error", ename: "ReferenceError" });
    expect(found.broken).toMatchObject({ status: "error", ename: "SyntaxError" });
    expect(found.thrown).toMatchObject({ status: "error", ename: "TypeError", evalue: "on purpose" });
    expect(found.thrown.traceback.join("\n")).toContain("on purpose");
    expect(messages.map(({ header }) => header.msg_type)).not.toContain("error");
  });

  it("are left out where the cell fails, and evaluated for a silent one", async () => {
    const failed = await kernel.execute("throw new Error('x')", { userExpressions: { one: "1" } });
    expect(failed.reply.content).toMatchObject({ status: "error", user_expressions: {} });
    const silent = await kernel.execute("", { silent: true, userExpressions: { two: "1 + 1" } });
    expect(silent.reply.content.user_expressions.two.data["text/plain"]).toBe("2");
  });

  it("that never end are ended by an interrupt", async () => {
    const running = await begun(kernel, "1", {
      userExpressions: { endless: "(() => { console.log('spins'); while (true) {} })()" },
    });
    await kernel.interrupt();
    const { user_expressions: found } = (await running.done).reply.content;
    expect(found.endless).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
  });
});

describe("silent and store_history", () => {
  it("silent shows no input, result or error, and does not count", async () => {
    const before = await countOf();
    const failed = await kernel.execute("throw new Error('quiet')", { silent: true });
    expect(failed.reply.content).toMatchObject({ status: "error", ename: "Error", evalue: "quiet" });
    expect(failed.messages.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    expect(await countOf()).toBe(before + 1);
  });

  it("a silent failure clears nobody's queue", async () => {
    const silent = await kernel.begin(
      "await new Promise((resolve) => setTimeout(resolve, 100)); throw new Error('quiet')",
      { silent: true },
    );
    const next = await kernel.begin("'goes on'");
    await silent.done;
    expect(resultText(await next.done)).toBe("'goes on'");
  });

  it("store_history false shows all and does not count", async () => {
    const before = await countOf();
    const execution = await kernel.execute("console.log('seen'); 'result'", { storeHistory: false });
    expect([streamText(execution), resultText(execution)]).toEqual(["seen\n", "'result'"]);
    expect(execution.reply.content.execution_count).toBe(before);
    expect(await countOf()).toBe(before + 1);
  });
});

describe("allow_stdin false", () => {
  it.each(["prompt('your name')", "confirm('your name')"])(
    "%s fails at once, with what to do",
    async (code) => {
      let asked = false;
      kernel.onInput = () => {
        asked = true;
        return "";
      };
      const failed = await kernel.execute(code);
      expect(errorOf(failed)?.evalue).toMatch(/your name[\s\S]*allow_stdin is false[\s\S]*Write the value/);
      expect(asked).toBe(false);
    },
  );

  it("allow_stdin true asks, a password as one", async () => {
    const questions: unknown[] = [];
    kernel.onInput = ({ content }) => {
      questions.push(content);
      return "answer";
    };
    const code = "[prompt('open'), prompt('hidden', { password: true })]";
    expect(resultText(await kernel.execute(code, { allowStdin: true }))).toBe("[ 'answer', 'answer' ]");
    expect(questions).toEqual([
      { prompt: "open", password: false },
      { prompt: "hidden", password: true },
    ]);
  });
});

describe("stop_on_error", () => {
  it("answers every queued request `aborted`, shows none of them, and goes on with later ones", async () => {
    const before = await countOf();
    const failing = await beginFailing(kernel);
    const queued = await Promise.all(
      Array.from({ length: 5 }, (_, i) => kernel.begin(`globalThis.ran = ${i}; console.log('ran')`)),
    );
    await failing.fail();
    expect((await failing.done).reply.content.status).toBe("error");
    for (const one of queued) {
      const { reply, messages } = await one.done;
      expect(reply.content).toMatchObject({ status: "aborted", execution_count: before + 1 });
      expect(messages.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
    }
    expect(resultText(await kernel.execute("typeof globalThis.ran"))).toBe("'undefined'");
    expect(await countOf()).toBe(before + 3);
  });

  it("does not abort other questions that wait behind the error", async () => {
    const failing = await beginFailing(kernel);
    const info = kernel.request("shell", "kernel_info_request", {});
    const whole = kernel.request("shell", "is_complete_request", { code: "1 +" });
    await failing.fail();
    await failing.done;
    expect((await info).content.status).toBe("ok");
    expect((await whole).content.status).toBe("incomplete");
  });
});
