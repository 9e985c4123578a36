import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Execution, errorOf, Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const run = async (code: string, cellId?: string, tags?: readonly string[]) => {
  const execution = await kernel.execute(code, {
    ...(cellId === undefined ? {} : { cellId }),
    ...(tags === undefined ? {} : { tags }),
  });
  return execution;
};
const names = async () => resultText(await run("[...getParamStore().keys()].sort()"));
const everything = (execution: Execution) =>
  streamText(execution, "stderr") +
  streamText(execution) +
  JSON.stringify(
    execution.messages.filter((m) => m.header.msg_type === "display_data").map((m) => m.content.data),
  );

describe("clear_param_store on cell re-execution", () => {
  it("drops what the cell made, with one line of notice, and leaves the rest", async () => {
    await run("clearParamStore();");
    await run("param('mine', 1);", "cell-a");
    await run("param('other', 1);", "cell-b");
    expect(await names()).toBe("[ 'mine', 'other' ]");
    const again = await run("param('mine', 5).dataSync()[0]", "cell-a");
    expect(resultText(again)).toBe("5");
    expect(everything(again)).toMatch(/cleared.*mine/i);
    expect(everything(again)).not.toContain("other");
    expect(await names()).toBe("[ 'mine', 'other' ]");
  });

  it("lets an edited cell use another shape", async () => {
    await run("param('shaped', [1, 2, 3]);", "cell-shape");
    expect(errorOf(await run("param('shaped', [1, 2]);", "cell-shape"))).toBeUndefined();
    const foreign = errorOf(await run("param('shaped', [1, 2, 3, 4]);", "cell-elsewhere"));
    expect(foreign?.evalue).toMatch(/shaped/);
    expect(foreign?.evalue).toMatch(/\[2\]/);
    expect(foreign?.evalue).toMatch(/\[4\]/);
  });

  it("puts them back when the cell fails before it has made any", async () => {
    await run("param('kept', 7);", "cell-fails");
    await run("throw new Error('too early')", "cell-fails");
    expect(resultText(await run("param('kept').dataSync()[0]"))).toBe("7");
    await run("const syntax = (", "cell-fails");
    expect(resultText(await run("param('kept').dataSync()[0]"))).toBe("7");
  });

  it("keeps them with the tag keep-params, and where there is no cell id", async () => {
    await run("param('tagged', 1);", "cell-tag");
    expect(resultText(await run("param('tagged', 2).dataSync()[0]", "cell-tag", ["keep-params"]))).toBe("1");
    await run("param('nameless', 1);");
    expect(resultText(await run("param('nameless', 2).dataSync()[0]"))).toBe("1");
  });

  it("follows the policies all and off", async () => {
    await run("%param_store off");
    await run("param('p', 1);", "cell-policy");
    expect(resultText(await run("param('p', 2).dataSync()[0]", "cell-policy"))).toBe("1");
    await run("%param_store all");
    await run("param('q', 1);", "cell-q");
    await run("1;", "cell-r");
    expect(await names()).toContain("'q'");
    await run("1;", "cell-r");
    expect(await names()).toBe("[]");
    await run("%param_store cell");
    expect((await run("%param_store nonsense")).reply.content.status).toBe("error");
  });

  it("forgets the optimizer's state of what it drops", async () => {
    const train = [
      "const m = () => { sample('z', dist.Normal(0, 1)) };",
      "const g = () => { sample('z', dist.Normal(param('where', 0.5), 1)) };",
      "globalThis.adam ??= new optim.Adam({ lr: 0.01 });",
      "const s = new SVI(m, g, globalThis.adam, new Trace_ELBO());",
      "for (let i = 0; i < 3; i++) s.step();",
      "globalThis.adam.getState().where.step",
    ].join("\n");
    expect(resultText(await run(train, "cell-train"))).toBe("3");
    expect(resultText(await run(train, "cell-train"))).toBe("3");
    expect(resultText(await run(train, "cell-train", ["keep-params"]))).toBe("6");
  });

  it("goes on training with resume: true", async () => {
    const train = (options: string) =>
      `const again = new SVI(m, () => { sample('z', dist.Normal(param('held', 3), 1)) }, new optim.SGD({ lr: 0 }), 'ELBO'); await again.run(2, { ${options} }); param('held').dataSync()[0]`;
    await run(train("progress: false"), "cell-resume");
    await run("getParamStore().replaceParam('held', tf.scalar(9));");
    expect(resultText(await run(train("progress: false, resume: true"), "cell-resume"))).toBe("9");
  });

  it("starts afresh where the cell that trains is another than the one that made the SVI", async () => {
    await run(
      `const model1 = () => { sample("z", dist.Normal(0, 1)) };
       const guide1 = () => { sample("z", dist.Normal(param("apart", 30), 1)) };
       const svi1 = new SVI(model1, guide1, new optim.Adam({ lr: 0.1 }), new Trace_ELBO());`,
      "cell-makes",
    );
    for (let i = 0; i < 3; i++) {
      const trained = await run("(await svi1.run(3000, { progress: false })).losses[0] > 300", "cell-trains");
      expect(errorOf(trained)).toBeUndefined();
      expect(resultText(trained)).toBe("true");
    }
  });
});
