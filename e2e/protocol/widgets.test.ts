import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, type WireMessage } from "./client.ts";
import { begun } from "./moments.ts";

let kernel: Kernel;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Waits for what a machine with other work may take a while to do. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await pause(20)) {
    if (Date.now() > end) throw new Error(`it did not come to pass: ${holds}`);
  }
}
const ofType = (type: string) => (message: WireMessage) => message.header.msg_type === type;

beforeAll(async () => {
  kernel = await Kernel.ready();
  const { reply } = await kernel.execute(
    [
      "const model = () => { sample('z', dist.Normal(0, 1)) };",
      "const guide = () => { sample('z', dist.Normal(param('loc', 3), 1)) };",
      "const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), new Trace_ELBO());",
    ].join("\n"),
  );
  expect(reply.content.status).toBe("ok");
});
// A test that fails leaves nothing running that the next one would wait for.
afterEach(() => kernel.interrupt());
afterAll(() => kernel.stop());

const custom = (comm_id: string, content: unknown) =>
  kernel.send("shell", "comm_msg", { comm_id, data: { method: "custom", content } });

/** Starts a long run that shows its curve; the model's comm is there when this resolves. */
async function startRun(before = "") {
  const seen = kernel.published.length;
  const running = await kernel.begin(
    `${before}display(elboCurve(svi));\nconst outcome = await svi.run(1e7);\n[outcome.ended, outcome.steps > 0]`,
    { cellId: "run" },
  );
  const newer = (message: WireMessage) => kernel.published.indexOf(message) >= seen;
  const open = await kernel.awaitPublished((message) => ofType("comm_open")(message) && newer(message));
  return { running, comm: open.content.comm_id as string, open };
}

describe("a live view", () => {
  it("opens a widget model, sends updates with binary buffers, and ends as a static picture", async () => {
    const { running, comm, open } = await startRun();
    expect(open.content).toMatchObject({
      target_name: "jupyter.widget",
      data: { buffer_paths: expect.anything() },
    });
    expect(open.metadata).toEqual({ version: "2.1.0" });
    const update = await kernel.awaitPublished(
      (message) =>
        ofType("comm_msg")(message) &&
        message.content.comm_id === comm &&
        message.content.data.method === "update" &&
        message.buffers.length > 0,
    );
    expect(update.content.data.buffer_paths).toHaveLength(update.buffers.length);
    await custom(comm, { tspyro: "stop" });
    const execution = await running.done;
    expect(resultText(execution)).toBe("[ 'stopped', true ]");
    const last = execution.messages.filter(ofType("update_display_data")).at(-1);
    expect(Object.keys(last?.content.data)).toEqual(expect.arrayContaining(["text/html", "image/png"]));
    expect(Object.keys(last?.content.data)).not.toContain("application/vnd.jupyter.widget-view+json");
  });

  it("gives its state, buffers included, to a page that was reloaded", async () => {
    const { running, comm } = await startRun();
    await pause(300);
    const control = "control-comm";
    await kernel.send("shell", "comm_open", {
      comm_id: control,
      target_name: "jupyter.widget.control",
      data: {},
    });
    await kernel.send(
      "shell",
      "comm_msg",
      { comm_id: control, data: { method: "request_states" } },
      { buffers: [Buffer.from([1, 2, 3])] },
    );
    const states = await kernel.awaitPublished(
      (message) => ofType("comm_msg")(message) && message.content.comm_id === control,
    );
    expect(states.content.data.method).toBe("update_states");
    expect(Object.keys(states.content.data.states)).toContain(comm);
    expect(states.content.data.buffer_paths).toHaveLength(states.buffers.length);
    const { content } = await kernel.request("shell", "comm_info_request", { target_name: "jupyter.widget" });
    expect(content.comms[comm]).toEqual({ target_name: "jupyter.widget" });
    await custom(comm, { tspyro: "stop" });
    expect(resultText(await running.done)).toContain("stopped");
  });

  it("pauses and resumes a run", async () => {
    const { running, comm } = await startRun(
      "let steps = 0; svi.subscribe((news) => { steps = news.step });\n",
    );
    const state = () =>
      kernel.published.filter((m) => ofType("comm_msg")(m) && m.content.comm_id === comm).at(-1)?.content.data
        .state.run;
    await until(() => state()?.step > 0);
    await custom(comm, { tspyro: "pause" });
    await until(() => state()?.paused === true);
    // The view hears of the last steps before the pause a moment later.
    await pause(400);
    const { step } = state();
    await pause(400);
    expect(state()).toMatchObject({ step, paused: true });
    await custom(comm, { tspyro: "resume" });
    await until(() => state()?.step > step);
    await custom(comm, { tspyro: "stop" });
    expect(errorOf(await running.done)).toBeUndefined();
  });

  it("of a dashboard pauses, takes single steps, changes the rate, resumes and stops", async () => {
    const seen = kernel.published.length;
    const running = await kernel.begin(
      [
        "const watched = new SVI(model, guide, new optim.SGD({ lr: 1e-6 }), new Trace_ELBO());",
        "display(dashboard(watched));",
        "const told = await watched.run(1e9);",
        "[told.ended, told.steps === watched.losses.length, told.losses.length > 0]",
      ].join("\n"),
      { cellId: "board" },
    );
    const open = await kernel.awaitPublished(
      (message) => ofType("comm_open")(message) && kernel.published.indexOf(message) >= seen,
    );
    expect(open.content.data.state).toMatchObject({
      view: "dashboard",
      controls: ["pause", "step", "stop", "lr", "scale"],
    });
    const comm = open.content.comm_id as string;
    // biome-ignore lint/suspicious/noExplicitAny: a state is what the kernel says it is
    const state = (): any =>
      kernel.published.filter((m) => ofType("comm_msg")(m) && m.content.comm_id === comm).at(-1)?.content.data
        .state;
    await until(() => state()?.run?.step > 50);
    await custom(comm, { tspyro: "pause" });
    await until(() => state().run.paused === true);
    // The view hears of the last steps before the pause a moment later.
    let paused = -1;
    for (; paused !== state().run.step; await pause(300)) paused = state().run.step;
    for (let i = 1; i <= 3; i++) {
      await custom(comm, { tspyro: "step" });
      await until(() => state().run.step > paused + i - 1);
      expect(state().run).toMatchObject({ step: paused + i, paused: true });
    }
    await custom(comm, { tspyro: "lr", value: 0.1 });
    await until(() => state().run.lrScale === 0.1);
    await custom(comm, { tspyro: "scale", value: "log" });
    await until(() => state().data.loss.scale === "log");
    expect(state().run.step).toBe(paused + 3);
    await custom(comm, { tspyro: "resume" });
    await until(() => state().run.step > paused + 4);
    await until(() => state().data.rates.length > 0);
    const update = kernel.published.findLast((m) => ofType("comm_msg")(m) && m.content.comm_id === comm);
    const paths = update?.content.data.buffer_paths as (string | number)[][];
    const at = paths.findIndex((path) => path.join(".") === "data.rates.0.values.data");
    const rates = update?.buffers[at] as Buffer;
    expect(rates.readFloatLE(0)).toBeCloseTo(1e-6, 12);
    expect(rates.readFloatLE(rates.length - 4)).toBeCloseTo(1e-7, 12);
    await custom(comm, { tspyro: "stop" });
    expect(resultText(await running.done)).toBe("[ 'stopped', true, true ]");
  });

  it("shows MCMC by chain, and a stop keeps what was drawn", async () => {
    const seen = kernel.published.length;
    const running = await kernel.begin(
      [
        "const chains = new MCMC(new NUTS(model, { compile: false }), { numSamples: 100000, warmupSteps: 5, numChains: 2 });",
        "await chains.run();",
        "[chains.getSamples().z.shape[0] > 0, chains.getSamples().z.shape[0] < 200000]",
      ].join("\n"),
      { cellId: "chains" },
    );
    const open = await kernel.awaitPublished(
      (message) => ofType("comm_open")(message) && kernel.published.indexOf(message) >= seen,
    );
    expect(open.content.data.state).toMatchObject({ view: "chains", data: { numChains: 2 } });
    const comm = open.content.comm_id as string;
    await kernel.awaitPublished(
      (m) =>
        ofType("comm_msg")(m) &&
        m.content.comm_id === comm &&
        m.content.data.state?.data?.chains?.[0]?.taken > 10,
    );
    await custom(comm, { tspyro: "stop" });
    const execution = await running.done;
    expect(resultText(execution)).toBe("[ true, true ]");
    const last = execution.messages.filter(ofType("update_display_data")).at(-1);
    expect(last?.content.data["text/plain"]).toMatch(/^MCMC: stopped after [\d,]+ of 200,010 transitions/);
    expect(last?.content.data).not.toHaveProperty(["application/vnd.jupyter.widget-view+json"]);
  });

  it("of a call that computes without a pause arrives meanwhile, and its stop button keeps the draws", async () => {
    const seen = kernel.published.length;
    const running = await kernel.begin(
      [
        "const lazy = () => { for (const end = Date.now() + 5; Date.now() < end;) {} return sample('z', dist.Normal(0, 1)); };",
        "const some = new Predictive(lazy, { numSamples: 1e6 }).run();",
        "some.z.shape[0] < 1e6",
      ].join("\n"),
      { cellId: "lazy" },
    );
    const open = await kernel.awaitPublished(
      (message) => ofType("comm_open")(message) && kernel.published.indexOf(message) >= seen,
    );
    expect(open.content.data.state).toMatchObject({ view: "progress", controls: ["stop"] });
    const comm = open.content.comm_id as string;
    await kernel.awaitPublished(
      (m) =>
        ofType("comm_msg")(m) && m.content.comm_id === comm && m.content.data.state?.run?.unit === "draws",
    );
    await custom(comm, { tspyro: "stop" });
    const execution = await running.done;
    expect(resultText(execution)).toBe("true");
    const last = execution.messages.filter(ofType("update_display_data")).at(-1);
    expect(last?.content.data["text/plain"]).toMatch(/^Predictive: stopped after [\d,]+ of 1,000,000 draws/);
  });

  it("is heard while the main thread computes", async () => {
    // The command must act at the next poll, without a turn between: without it the run goes on for days.
    const running = await begun(
      kernel,
      [
        "const slow = svi.run(1e6, { progress: false, onStep: () => { console.log('step'); const end = Date.now() + 300; while (Date.now() < end) {} } });",
        "(await slow).ended",
      ].join("\n"),
    );
    await custom("any-comm", { tspyro: "stop" });
    expect(resultText(await running.done)).toBe("'stopped'");
  });
});

describe("output", () => {
  it("of a cell that goes on computing arrives meanwhile", async () => {
    const running = await begun(kernel, "console.log('begun'); while (true) {}");
    expect(running.messages.filter((message) => message.content.execution_state === "idle")).toEqual([]);
    await kernel.interrupt();
    await running.done;
  });

  it("of a timer belongs to the cell that started it", async () => {
    const first = await kernel.execute("setTimeout(() => console.log('from the first'), 300);");
    await kernel.execute("'second'");
    const late = await kernel.awaitPublished(
      (message) => ofType("stream")(message) && message.content.text.includes("from the first"),
    );
    expect(late.parent.msg_id).toBe(first.reply.parent.msg_id);
  });

  it("can be cleared", async () => {
    const { messages } = await kernel.execute("clearOutput({ wait: true }); 1");
    expect(messages.find(ofType("clear_output"))?.content).toEqual({ wait: true });
  });

  it("shows Plot's figures and marks, tensors, and tables", async () => {
    const { messages } = await kernel.execute(
      "display(Plot.plot({ marks: [Plot.dot([[1, 2]])] })); display(Plot.lineY([1, 2]).plot()); display(tf.tensor([1, 2])); display(table([{ a: 1 }]));",
    );
    const shown = messages.filter(ofType("display_data")).map((message) => message.content.data);
    expect(shown[0]["text/html"]).toContain("<svg");
    expect(shown[1]["text/html"]).toContain("<svg");
    expect(shown[2]["text/plain"]).toBe("Tensor float32 [2] [ 1, 2 ]");
    expect(shown[3]["text/html"]).toContain("<td");
  });
});

describe("commands", () => {
  it("%typecheck error holds a cell back; off says nothing", async () => {
    await kernel.execute("%typecheck error\n1");
    const held = await kernel.execute("let ran = true; const wrong: number = 'text';", {});
    expect(errorOf(held)?.ename).toBe("TypeCheckError");
    expect(errorOf(held)?.evalue).toContain("not assignable");
    expect(resultText(await kernel.execute("%typecheck off\ntypeof ran"))).toBe("'undefined'");
    const { messages, reply } = await kernel.execute("const wrong: number = 'text' as any as string; 7");
    expect(reply.content.status).toBe("ok");
    await pause(300);
    expect(messages.filter(ofType("stream"))).toEqual([]);
    await kernel.execute("%typecheck warn");
  });

  it("an unknown one is an error that tells those there are", async () => {
    expect(errorOf(await kernel.execute("%magic"))?.evalue).toContain("%param_store");
  });
});

describe("cells", () => {
  it("are told of their start and end, and when they run again", async () => {
    await kernel.execute(
      "const log: string[] = []; const endStart = onCellStart((c) => log.push('start ' + c.cellId)); const endEnd = onCellEnd((c) => log.push('end ' + c.cellId));",
    );
    await kernel.execute("void invalidation.then(() => log.push('again'));", { cellId: "watched" });
    await kernel.execute("throw new Error('x')", { cellId: "failing" });
    await kernel.execute("0;", { cellId: "watched" });
    expect(
      resultText(await kernel.execute("endStart(); endEnd(); log.slice(1, -1).join()", { cellId: "last" })),
    ).toBe("'start watched,end watched,start failing,end failing,start watched,again,end watched'");
  });
});
