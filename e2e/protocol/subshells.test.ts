import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { beginFailing, begun } from "./moments.ts";

let kernel: Kernel;
const made: string[] = [];
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterEach(async () => {
  await kernel.interrupt();
  for (const subshell_id of made.splice(0))
    await kernel.request("control", "delete_subshell_request", { subshell_id });
});
afterAll(() => kernel.stop());

const subshell = async (): Promise<string> => {
  const { content } = await kernel.request("control", "create_subshell_request", {});
  expect(content.status).toBe("ok");
  made.push(content.subshell_id);
  return content.subshell_id;
};
const list = async () => (await kernel.request("control", "list_subshell_request", {})).content.subshell_id;
const release =
  "let release!: () => void; const gate = new Promise<void>((resolve) => { release = resolve; });";
const until = (text: string) =>
  kernel.awaitPublished((one) => one.header.msg_type === "stream" && one.content.text.includes(text));

describe("a subshell", () => {
  it("comes and goes, and is announced", async () => {
    const { content } = await kernel.request("control", "kernel_info_request", {});
    expect(content).toMatchObject({ status: "ok", protocol_version: "5.5" });
    expect(content.supported_features).toContain("kernel subshells");
    const [one, two] = [await subshell(), await subshell()];
    expect(await list()).toEqual([one, two]);
    const gone = await kernel.request("control", "delete_subshell_request", { subshell_id: one });
    expect(gone.content).toEqual({ status: "ok" });
    expect(await list()).toEqual([two]);
    const again = await kernel.request("control", "delete_subshell_request", { subshell_id: one });
    expect(again.content).toMatchObject({ status: "error", ename: "SubshellNotFoundError" });
  });

  it("runs cells where the notebook's awaits; each shows its own output and result", async () => {
    const id = await subshell();
    await kernel.execute(release);
    const waiting = await kernel.begin(
      "console.log('before'); await gate; await 0; console.log('after'); 'main'",
    );
    await until("before");
    const beside = await kernel.execute(
      "const seen = 'seen'; console.log('beside'); await 0; console.log('still beside'); release(); 'child'",
      { subshell: id },
    );
    expect(resultText(beside)).toBe("'child'");
    expect(streamText(beside)).toBe("beside\nstill beside\n");
    expect(beside.reply.parent).toMatchObject({ subshell_id: id });
    expect(beside.reply.content.execution_count).toBe(1);
    const main = await waiting.done;
    expect(resultText(main)).toBe("'main'");
    expect(streamText(main)).toBe("before\nafter\n");
    // One scope for all.
    expect(resultText(await kernel.execute("seen"))).toBe("'seen'");
  });

  it("sees a training run while it trains, and its parameters", async () => {
    const id = await subshell();
    await kernel.execute(
      "const svi = new SVI(() => { sample('z', dist.Normal(0, 1)) }, () => { sample('z', dist.Normal(param('trained', 3), 1)) }, new optim.SGD({ lr: 1e-4 }), new Trace_ELBO());",
    );
    const training = await kernel.begin("await svi.run(1e8, { progress: false }); 0", { cellId: "train" });
    const loc = async () =>
      Number(
        resultText(
          await kernel.execute("getParamStore().has('trained') ? param('trained').dataSync()[0] : NaN", {
            subshell: id,
          }),
        ),
      );
    const values: number[] = [];
    await expect.poll(async () => values[values.push(await loc()) - 1], { timeout: 20_000 }).toBeLessThan(3);
    const first = values.at(-1) ?? Number.NaN;
    await expect.poll(loc, { timeout: 20_000 }).toBeLessThan(first);
    await kernel.interrupt();
    expect(errorOf(await training.done)?.ename).toBe("KeyboardInterrupt");
    // The run's cell owned them all along: it starts afresh, a subshell's cell clears nothing.
    expect(resultText(await kernel.execute("getParamStore().size", { subshell: id, cellId: "train" }))).toBe(
      "1",
    );
    const again = await kernel.execute("getParamStore().size", { cellId: "train" });
    expect(resultText(again)).toBe("0");
  });

  it("has a queue of its own, which its errors clear", async () => {
    const id = await subshell();
    await kernel.execute(release);
    const waiting = await kernel.begin("await gate; 'main'");
    const failing = await beginFailing(kernel, { subshell: id });
    const behind = await kernel.begin("'never'", { subshell: id });
    await failing.fail();
    expect((await failing.done).reply.content.status).toBe("error");
    expect((await behind.done).reply.content.status).toBe("aborted");
    const after = await kernel.execute("release(); 'after'", { subshell: id });
    expect(resultText(after)).toBe("'after'");
    expect(resultText(await waiting.done)).toBe("'main'");
  });

  it.each([
    ["wait", "await new Promise(() => {})"],
    ["compute", "await 0; while (true) {}"],
    ["compute where no flag is looked at", "await 0; /(a+)+$/.test('a'.repeat(60) + 'b')"],
  ])("an interrupt ends all that runs, also where one does %s", async (_, code) => {
    const id = await subshell();
    const main = await kernel.begin(
      "globalThis.tidied = false; try { console.log('waiting here'); await new Promise(() => {}) } finally { globalThis.tidied = true }",
    );
    await kernel.awaitPublished((one) => one.parent.msg_id === main.id && one.header.msg_type === "stream");
    const child = await begun(kernel, `console.log('begun'); ${code}`, { subshell: id });
    await kernel.interrupt();
    expect(errorOf(await child.done)?.ename).toBe("KeyboardInterrupt");
    expect(errorOf(await main.done)?.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("globalThis.tidied"))).toBe("true");
    expect(resultText(await kernel.execute("6 * 7", { subshell: id }))).toBe("42");
  });

  it("asks its own client, and gives its own payloads and expressions", async () => {
    const id = await subshell();
    await kernel.execute(release);
    const waiting = await kernel.begin("await gate; setNextInput('for main'); 1", {});
    kernel.onInput = (message) => `${message.content.prompt} ${message.parent.subshell_id === id}`;
    const asked = await kernel.execute("setNextInput('for child'); prompt('of the subshell:')", {
      ...{ subshell: id, allowStdin: true, userExpressions: { sum: "1 + 2" } },
    });
    expect(resultText(asked)).toBe("'of the subshell: true'");
    expect(asked.reply.content.payload).toMatchObject([{ text: "for child" }]);
    expect(asked.reply.content.user_expressions.sum.data["text/plain"]).toBe("3");
    await kernel.execute("release()", { subshell: id });
    expect((await waiting.done).reply.content.payload).toMatchObject([{ text: "for main" }]);
  });

  it("that is not there is an error of the request, which harms nothing", async () => {
    const { reply } = await kernel.execute("globalThis.lost = 1", { subshell: "no-such-subshell" });
    expect(reply.content).toMatchObject({ status: "error", ename: "SubshellNotFoundError" });
    expect(resultText(await kernel.execute("typeof lost"))).toBe("'undefined'");
  });

  it("that is deleted ends what it runs and answers what waits", async () => {
    const id = await subshell();
    await kernel.execute(release);
    const [runs, waits] = [
      await kernel.begin("console.log('in child'); await gate; 'whole'", { subshell: id }),
      await kernel.begin("1", { subshell: id }),
    ];
    await until("in child");
    await kernel.request("control", "delete_subshell_request", { subshell_id: id });
    expect((await waits.done).reply.content.status).toBe("aborted");
    await kernel.execute("release()");
    expect(resultText(await runs.done)).toBe("'whole'");
  });
});
