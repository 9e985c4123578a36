import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { LanguageClient } from "./client.ts";
import { LIBRARY } from "./testing/notebook.ts";
import type { LanguageAnswer, LanguageRequest } from "./types.ts";

const folder = mkdtempSync(join(tmpdir(), "tspyro-worker-"));
const warnings: string[] = [];
const client = new LanguageClient({
  cwd: folder,
  library: LIBRARY,
  onWarning: (message) => warnings.push(message),
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends requests over a port at once; resolves with the answers in the order they came. */
function exchange(port: MessagePort, requests: LanguageRequest[]): Promise<LanguageAnswer[]> {
  return new Promise((resolve) => {
    const answers: LanguageAnswer[] = [];
    port.on("message", (answer: LanguageAnswer) => {
      answers.push(answer);
      if (answers.length === requests.length) resolve(answers);
    });
    for (const request of requests) port.postMessage(request);
  });
}

function connected(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const end = client.connect((port) => {
      setImmediate(() => end());
      resolve(port);
    });
  });
}

describe("the language worker", () => {
  test("answers the four questions", async () => {
    expect(await client.isComplete({ code: "f(" })).toEqual({ status: "incomplete", indent: "  " });
    expect(
      await client.check({ code: "const n: string = 1;\nconst d = new dist.Normal(0, 1);", cellId: "a" }),
    ).toMatchObject([
      {
        line: 1,
        column: 7,
        endLine: 1,
        endColumn: 8,
        category: "error",
        code: 2322,
        message: "Type 'number' is not assignable to type 'string'.",
      },
    ]);
    expect((await client.complete({ code: "d.sc", cursor: 4 })).matches).toEqual([
      { text: "scale", type: "property" },
    ]);
    expect((await client.inspect({ code: "d", cursor: 1 }))?.data["text/plain"]).toMatch(
      /^const d: (dist\.)?Normal$/,
    );
    expect(warnings).toEqual([]);
  });

  test("prints a problem with its line and a mark", async () => {
    const [found] = await client.check({ code: "1;\n\tconst m: string = 1;" });
    expect(found?.text).toBe(
      "line 2:8 - error TS2322: Type 'number' is not assignable to type 'string'.\n  2 | \tconst m: string = 1;\n    | \t      ^",
    );
  });

  test("answers in order on a port of another thread, but for isComplete, and lets completions be overtaken", async () => {
    const port = await connected();
    const ask = (id: number, code: string): LanguageRequest => ({
      id,
      method: "complete",
      params: { code, cursor: code.length },
    });
    // While the worker checks, the questions behind it all arrive.
    const long = Array.from({ length: 500 }, (_, i) => `const n${i} = dist.Normal(${i}, 1).mean;`).join("\n");
    const answers = await exchange(port, [
      { id: 0, method: "check", params: { code: long } },
      ask(1, "d.s"),
      { id: 2, method: "isComplete", params: { code: "x" } },
      ask(3, "d.sc"),
      ask(4, "d.l"),
    ]);
    // It may overtake: that depends on when the worker wakes.
    const others = answers.filter((one) => one.id !== 2 && one.id !== 0);
    expect(others.map((one) => one.id)).toEqual([1, 3, 4]);
    expect(others[0]).toMatchObject({ result: { matches: [], superseded: true } });
    expect(others[1]).toMatchObject({ result: { matches: [], superseded: true } });
    expect(others[2]).toMatchObject({ result: { matches: [{ text: "loc", type: "property" }] } });
    port.close();
  });

  test("a broken request is answered, not fatal", async () => {
    const port = await connected();
    const broken = [
      { id: 1, method: "nothing", params: {} },
      { id: 2, method: "check", params: { code: 7 } },
      { id: 3, method: "inspect", params: { code: "d", cursor: 900 } },
      { id: 4, method: "isComplete", params: { code: "x" } },
    ] as unknown as LanguageRequest[];
    const answers = new Map((await exchange(port, broken)).map((one) => [one.id, one]));
    expect(answers.get(1)).toMatchObject({ error: expect.stringMatching(/no method "nothing"/) });
    expect(answers.get(2)).toMatchObject({ error: expect.any(String) });
    expect(answers.get(4)).toMatchObject({ result: { status: "complete" } });
    port.close();
  });

  test("is replaced when it dies, with the cells it knew, and gives new ports", async () => {
    const ports: MessagePort[] = [];
    const end = client.connect((port) => ports.push(port));
    await client.kill();
    expect((await client.inspect({ code: "d", cursor: 1 }))?.data["text/plain"]).toMatch(
      /^const d: (dist\.)?Normal$/,
    );
    expect(ports).toHaveLength(2);
    end();
  });

  test("warns when the library is not there", async () => {
    const heard: string[] = [];
    const lost = new LanguageClient({
      cwd: folder,
      library: "/nowhere/index.d.ts",
      onWarning: (message) => heard.push(message),
    });
    expect(await lost.check({ code: "const a = sampel('x');" })).toMatchObject([{ code: 2304 }]);
    expect(heard).toEqual([expect.stringMatching(/no types.*dist\.Normal/)]);
    await lost.close();
    expect(await lost.check({ code: "1" })).toEqual([]);
  });

  test("gives up after some deaths, and still answers", async () => {
    const heard: string[] = [];
    writeFileSync(join(folder, "x.ts"), "");
    const weak = new LanguageClient({
      cwd: folder,
      library: LIBRARY,
      heap: 4,
      onWarning: (message) => heard.push(message),
    });
    expect(await weak.check({ code: "const a: string = 1;" })).toEqual([]);
    expect(await weak.isComplete({ code: "f(" })).toEqual({ status: "unknown" });
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([expect.stringMatching(/stopped 4 times/)]);
    expect(await weak.complete({ code: "ab", cursor: 2 })).toEqual({ start: 2, end: 2, matches: [] });
    await weak.close();
  });
});
