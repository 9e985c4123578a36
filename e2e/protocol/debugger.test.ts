import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { DapClient } from "./dap-client.ts";

const FUNCTION = [
  "interface Point { x: number; y: number }", // 1
  "", // 2
  "function norm({ x, y }: Point): number {", // 3
  "  const square: number = x * x + y * y;", // 4
  "  // the root", // 5
  "  return Math.sqrt(square);", // 6
  "}", // 7
].join("\n");
const CALLER = [
  "const point: Point = { x: 3, y: 4 };", // 1
  "const length = norm(point);", // 2
  "length + 1", // 3
].join("\n");

describe("the debugger", () => {
  let kernel: Kernel;
  let dap: DapClient;

  beforeAll(async () => {
    kernel = await Kernel.ready();
    dap = new DapClient(kernel);
  });

  afterAll(async () => {
    await kernel.stop();
  });

  it("is announced, and is off until a front end switches it on", async () => {
    const { content } = await kernel.request("shell", "kernel_info_request", {});
    expect(content.supported_features).toContain("debugger");
    const info = await dap.body("debugInfo");
    expect(info).toMatchObject({
      isStarted: false,
      hashMethod: "Murmur2",
      stoppedThreads: [],
      breakpoints: [],
    });
    const refused = await dap.ask("setBreakpoints", { source: { path: "x" }, breakpoints: [] });
    expect(refused).toMatchObject({ success: false, request_seq: 2, command: "setBreakpoints" });
    await kernel.execute(FUNCTION);
    await dap.start();
    await dap.event("initialized");
    expect((await dap.body("debugInfo")).isStarted).toBe(true);
  });

  it("stops in a line of the TypeScript, in a cell that ran before it was switched on", async () => {
    expect(await dap.breakAt(FUNCTION, 5)).toEqual([6]);
    const running = await kernel.begin(CALLER);
    const { reason, name, line, frames } = await dap.stopped();
    expect({ reason, name, line }).toEqual({ reason: "breakpoint", name: "norm", line: 6 });
    expect(frames.map((one) => [one.name, one.line])).toEqual([
      ["norm", 6],
      ["Cell [2]", 2],
    ]);
    await kernel.heartbeat();
    expect((await dap.body("debugInfo")).stoppedThreads).toEqual([1]);
    const scopes = await dap.scopes();
    expect(scopes.Locals).toEqual({ x: "3", y: "4", square: "25" });
    expect(scopes.Globals).toMatchObject({ point: "{ x: 3, y: 4 }" });
    expect(scopes.Globals?.norm).toMatch(/^ƒ norm/);
    const point = await dap.variable("point");
    expect((await dap.inside(point.variablesReference)).map(({ name, value }) => [name, value])).toEqual([
      ["x", "3"],
      ["y", "4"],
    ]);
    expect(await dap.evaluate("(square as number) + x + point.y")).toBe("32");
    await dap.go();
    await dap.event("continued");
    expect(resultText(await running.done)).toBe("6");
  });

  it("steps over, into and out of functions by lines", async () => {
    await dap.breakAt(FUNCTION);
    expect(await dap.breakAt(CALLER, 1)).toEqual([1]);
    const running = await kernel.begin(CALLER);
    expect(await dap.stopped()).toMatchObject({ reason: "breakpoint", line: 1 });
    expect(await dap.step("next")).toMatchObject({ line: 2 });
    expect(await dap.step("stepIn")).toEqual({ name: "norm", line: 4 });
    expect(await dap.step("next")).toEqual({ name: "norm", line: 6 });
    // Nothing is left to do in line 2.
    expect(await dap.step("stepOut")).toMatchObject({ line: 3 });
    await dap.body("next", { threadId: 1 });
    expect(resultText(await running.done)).toBe("6");
    await dap.breakAt(CALLER);
    // The step ends with its cell.
    expect(resultText(await kernel.execute("const after = 1;\nafter"))).toBe("1");
  });

  it("goes through a loop line by line", async () => {
    const code = "let sum = 0;\nfor (let i = 0; i < 2; i++) {\n  sum += i;\n}\nsum";
    await dap.breakAt(code, 1);
    const running = await kernel.begin(code);
    const lines = [(await dap.stopped()).line];
    for (let i = 0; i < 6; i++) lines.push((await dap.step("next")).line);
    expect(lines).toEqual([1, 2, 3, 2, 3, 2, 5]);
    await dap.go();
    expect(resultText(await running.done)).toBe("1");
    await dap.breakAt(code);
  });

  it("stops at the last expression of a cell, and again when the cell runs again", async () => {
    const code = "const one = 1;\none + 1";
    expect(await dap.breakAt(code, 2)).toEqual([2]);
    for (let i = 0; i < 2; i++) {
      const running = await kernel.begin(code);
      expect(await dap.stopped()).toMatchObject({ line: 2 });
      await dap.go();
      expect(resultText(await running.done)).toBe("2");
    }
    // Another text is another cell.
    expect(resultText(await kernel.execute(`${code} + 1`))).toBe("3");
    await dap.breakAt(code);
  });

  it.each([
    { what: "a condition", breakpoint: { condition: "(i as number) === 3" }, seen: "3" },
    { what: "a number of hits", breakpoint: { hitCondition: "5" }, seen: "4" },
  ])("stops by $what", async ({ breakpoint, seen }) => {
    const code = `for (let i = 0; i < 6; i++) {\n  void i; // ${seen}\n}\n"done"`;
    await dap.breakAt(code, { line: 2, ...breakpoint });
    const running = await kernel.begin(code);
    await dap.stopped();
    expect(await dap.evaluate("i")).toBe(seen);
    await dap.breakAt(code);
    await dap.go();
    expect(resultText(await running.done)).toBe("'done'");
  });

  it("prints instead of stopping", async () => {
    const code = "for (const i of [1, 2]) {\n  void i;\n}";
    await dap.breakAt(code, { line: 2, logMessage: "i is {i}!" });
    expect(streamText(await kernel.execute(code))).toBe("i is 1!\ni is 2!\n");
    await dap.breakAt(code);
  });

  it("gives variables other values, evaluates statements and copies to the notebook", async () => {
    const code =
      "const times = (n: number) => {\n  const inner = [n];\n  return inner.map((one) => one * 2);\n};\ntimes(4)";
    await dap.breakAt(code, 3);
    const running = await kernel.begin(code);
    expect(await dap.stopped()).toMatchObject({ name: "times", line: 3 });
    const [frame] = await dap.frames();
    const { scopes } = await dap.body("scopes", { frameId: frame?.id });
    const variablesReference = scopes[0].variablesReference;
    const set = await dap.body("setVariable", {
      variablesReference,
      name: "inner",
      value: "[5, 6] as number[]",
    });
    expect(set.value).toBe("[ 5, 6 ]");
    expect(await dap.evaluate("inner.push(7)")).toBe("3");
    const copied = { srcVariableName: "inner", dstVariableName: "copied", srcFrameId: frame?.id };
    await dap.body("copyToGlobals", copied);
    const refused = await dap.ask("evaluate", { expression: "nobody", frameId: frame?.id });
    expect(refused).toMatchObject({ success: false, message: "ReferenceError: nobody is not defined" });
    await dap.go();
    expect(resultText(await running.done)).toBe("[ 10, 12, 14 ]");
    expect(resultText(await kernel.execute("copied"))).toBe("[ 5, 6, 7 ]");
    await dap.breakAt(code);
  });

  it("shows tensors, lists and maps, and opens them", async () => {
    const code = [
      "const show = () => {",
      "  const grid = tf.tensor2d([[1, 2], [3, 4]]);",
      "  const many = Array.from({ length: 250 }, (_, i) => i);",
      "  const map = new Map<string, unknown>([['a', { deep: [1] }]]);",
      "  class Box { #hidden = 7; shown = 'x' }",
      "  const box = new Box();",
      "  return [grid, many, map, box].length;",
      "};",
      "show()",
    ].join("\n");
    await dap.breakAt(code, 7);
    const running = await kernel.begin(code);
    await dap.stopped();
    const { Locals } = await dap.scopes();
    expect(Locals?.grid).toMatch(/^Tensor float32 \[2, 2\] \[ \[ 1, 2 \], \[ 3, 4 \] \]/);
    expect(Locals?.many).toMatch(/^\[\s*0, 1, 2.*240 more items\s*\]$/);
    const shown = async (name: string) =>
      (await dap.inside((await dap.variable(name)).variablesReference)).map((one) => [one.name, one.value]);
    expect(await shown("grid")).toEqual([
      ["0", "[ 1, 2 ]"],
      ["1", "[ 3, 4 ]"],
    ]);
    expect((await shown("many")).map(([name]) => name)).toEqual(["[0 … 99]", "[100 … 199]", "[200 … 249]"]);
    expect(await shown("map")).toEqual([["'a'", "{ deep: [ 1 ] }"]]);
    expect(await shown("box")).toEqual([
      ["shown", "'x'"],
      ["#hidden", "7"],
    ]);
    const [frame] = await dap.frames();
    const rich = await dap.body("richInspectVariables", { variableName: "grid", frameId: frame?.id });
    expect(rich.data["text/plain"]).toContain("Tensor float32 [2, 2]");
    await dap.go();
    expect(resultText(await running.done)).toBe("4");
    await dap.breakAt(code);
  });

  it("lists the notebook's variables while nothing stands still", async () => {
    await kernel.execute("const listed = { inside: [1, 2] }; const URL = 'mine';");
    const { variables } = await dap.body("inspectVariables");
    const found = variables.find(({ name }: { name: string }) => name === "listed");
    expect(found.value).toBe("{ inside: [ 1, 2 ] }");
    expect((await dap.inside(found.variablesReference)).map((one) => one.name)).toEqual(["inside"]);
    expect(variables.find(({ name }: { name: string }) => name === "URL").value).toBe("'mine'");
    expect((await dap.body("evaluate", { expression: "URL + listed.inside[1]" })).result).toBe("'mine2'");
  });

  it("stops at exceptions that nothing in the cell catches", async () => {
    await dap.body("setExceptionBreakpoints", { filters: ["uncaught"] });
    const caught = "try {\n  JSON.parse('{');\n} catch {}\n'fine'";
    expect(resultText(await kernel.execute(caught))).toBe("'fine'");
    const thrown = await kernel.begin("const data = 1;\nthrow new RangeError('too far');");
    expect(await dap.stopped()).toMatchObject({ reason: "exception", line: 2, text: "RangeError: too far" });
    await dap.go();
    expect(errorOf(await thrown.done)?.ename).toBe("RangeError");
    // One that the library throws shows the line that called it.
    const library = await kernel.begin("const bad = -1;\ndist.Normal(0, bad);");
    expect(await dap.stopped()).toMatchObject({ reason: "exception", line: 2 });
    await dap.go();
    expect(errorOf(await library.done)?.evalue).toContain("scale");
    await dap.body("setExceptionBreakpoints", { filters: ["all"] });
    const all = await kernel.begin(caught);
    expect(await dap.stopped()).toMatchObject({ reason: "exception", line: 2 });
    await dap.go();
    expect(resultText(await all.done)).toBe("'fine'");
    await dap.body("setExceptionBreakpoints", { filters: [] });
    expect(errorOf(await kernel.execute("throw new Error('x')"))?.ename).toBe("Error");
  });

  it("pauses a loop that runs, and lets it go on", async () => {
    const running = await kernel.begin(
      "let going = true;\nconsole.log('begins');\nwhile (going) {\n  void going;\n}\n'ended'",
    );
    await kernel.awaitPublished(
      ({ header, parent }) => header.msg_type === "stream" && parent.msg_id === running.id,
    );
    await dap.body("pause", { threadId: 1 });
    const { reason, line } = await dap.stopped();
    expect(reason).toBe("pause");
    expect([2, 3, 4]).toContain(line);
    await dap.evaluate("going = false");
    await dap.go();
    expect(resultText(await running.done)).toBe("'ended'");
  });

  it("stops at a debugger statement, and behind an await", async () => {
    const running = await kernel.begin("const awaited = await Promise.resolve(2);\ndebugger;\nawaited * 2");
    expect(await dap.stopped()).toMatchObject({ line: 2 });
    expect(await dap.step("next")).toMatchObject({ line: 3 });
    await dap.go();
    expect(resultText(await running.done)).toBe("4");
  });

  it("steps over an await", async () => {
    const code =
      "const before = 1;\nawait new Promise((resolve) => setTimeout(resolve, 20));\nconst behind = before + 1;\nbehind";
    await dap.breakAt(code, 1);
    const running = await kernel.begin(code);
    await dap.stopped();
    expect(await dap.step("next")).toMatchObject({ line: 2 });
    expect(await dap.step("next")).toMatchObject({ line: 3 });
    await dap.go();
    expect(resultText(await running.done)).toBe("2");
    await dap.breakAt(code);
  });

  it("stops in a model at every step of a run, and shows none of the library", async () => {
    const model = [
      "const model = () => {",
      "  const z = sample('z', dist.Normal(0, 1));",
      "  sample('x', dist.Normal(z, 1), { obs: tf.scalar(2) });",
      "};",
      "const guide = () => { sample('z', dist.Normal(param('m', tf.scalar(0)), tf.scalar(1))); };",
      "const svi = new SVI(model, guide, new optim.Adam({ lr: 0.1 }), new Trace_ELBO());",
    ].join("\n");
    await kernel.execute(model);
    await dap.breakAt(model, 3);
    const running = await kernel.begin(
      "const result = await svi.run(30, { progress: false });\nresult.steps",
    );
    for (let i = 0; i < 12; i++) {
      const { line, frames } = await dap.stopped();
      expect(line).toBe(3);
      expect(frames.every(({ source }) => source.name.startsWith("Cell ["))).toBe(true);
      if (i === 0) expect((await dap.scopes()).Locals?.z).toMatch(/^Tensor float32 /);
      if (i === 11) await dap.breakAt(model);
      await dap.go();
    }
    expect(resultText(await running.done)).toBe("30");
  });

  it("steps from the library's call into the model, past the library", async () => {
    const code = "const loss = svi.step();\nloss.toFixed";
    await dap.breakAt(code, 1);
    const running = await kernel.begin(code);
    await dap.stopped();
    const { name, line } = await dap.step("stepIn");
    expect([name, line]).toEqual(["guide", 5]);
    await dap.breakAt(code);
    await dap.go();
    expect((await running.done).reply.content.status).toBe("ok");
  });

  it("is interrupted at a breakpoint, and keeps what was computed", async () => {
    const code = "let reached = 1;\nreached = 2;\nreached = 3;\nawait 0;\nreached = 4;";
    await dap.breakAt(code, 3);
    const running = await kernel.begin(code);
    await dap.stopped();
    await kernel.interrupt();
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("reached"))).toMatch(/^[23]$/);
    const again = await kernel.begin(code);
    expect(await dap.stopped()).toMatchObject({ line: 3 });
    await dap.go();
    expect((await again.done).reply.content.status).toBe("ok");
  });

  it("lets the code go on when it is switched off, and can be switched on again", async () => {
    const code = "let off = 1;\noff = 2;\noff";
    await dap.breakAt(code, 2);
    const running = await kernel.begin(code);
    await dap.stopped();
    await dap.body("disconnect", { restart: false, terminateDebuggee: false });
    expect(resultText(await running.done)).toBe("2");
    expect(resultText(await kernel.execute(code))).toBe("2");
    expect((await dap.body("debugInfo")).isStarted).toBe(false);
    await dap.start();
    await dap.breakAt(code, 3);
    const again = await kernel.begin(code);
    expect(await dap.stopped()).toMatchObject({ line: 3 });
    await dap.go();
    await again.done;
  });

  it("shuts down at a breakpoint", async () => {
    const code = "let last = 1;\nlast = 2;\nlast";
    await dap.breakAt(code, 2);
    void (await kernel.begin(code)).done.catch(() => {});
    await dap.stopped();
    await kernel.request("control", "shutdown_request", { restart: true });
    expect(await kernel.exited).toBe(0);
  });
});
