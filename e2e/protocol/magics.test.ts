import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Execution, errorOf, Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tspyro-magics-"));
  kernel = await Kernel.ready({ cwd: folder });
});
afterAll(async () => {
  await kernel.stop();
  await rm(folder, { recursive: true, force: true });
});

const complete = async (code: string): Promise<string[]> => {
  const { content } = await kernel.request("shell", "complete_request", { code, cursor_pos: code.length });
  return content.matches;
};
const pageOf = ({ reply }: Execution) =>
  reply.content.payload.find((one: { source: string }) => one.source === "page")?.data as
    | Record<string, string>
    | undefined;

describe("magics", () => {
  it.each([
    ["%time", "%time await new Promise((resolve) => setTimeout(resolve, 60, 'later'))"],
    [
      "%%time",
      "%%time\nconst slept = await new Promise((resolve) => setTimeout(resolve, 60, 'later'));\nslept",
    ],
  ])("%s tells how long the cell took, and the cell has its result", async (_, code) => {
    const execution = await kernel.execute(code);
    expect(resultText(execution)).toBe("'later'");
    const [, milliseconds] =
      /^Wall time ([\d.]+) ms, CPU time [\d.]+ (?:ms|µs)\n$/.exec(streamText(execution)) ?? [];
    expect(Number(milliseconds)).toBeGreaterThan(55);
  });

  it("%time tells it of a cell that fails too", async () => {
    const execution = await kernel.execute("%time throw new Error('failed')");
    expect(errorOf(execution)?.evalue).toBe("failed");
    expect(errorOf(execution)?.traceback.join("\n")).toMatch(/Cell \[\d+\], line 1, column 13/);
    expect(streamText(execution)).toContain("Wall time");
  });

  it("%seed makes draws repeat", async () => {
    const draw = async () =>
      resultText(await kernel.execute("%seed 7\ndist.Normal(0, 1).sample().dataSync()[0]"));
    expect(await draw()).toBe(await draw());
  });

  it("%who lists variables, %reset forgets them and the parameters", async () => {
    await kernel.execute("%reset");
    await kernel.execute(
      "const forgotten = 5; let sample = 3; class Kept {} function kept() { return forgotten }",
    );
    await kernel.execute("let unborn = (() => { throw new Error('x') })();");
    await kernel.execute("param('left', 1);");
    const listed = streamText(await kernel.execute("%who"));
    expect(listed).toMatch(/^Kept +class.*\nforgotten +number +5\nkept +function.*\nsample +number +3\n$/);
    const said = streamText(await kernel.execute("%reset"));
    expect(said).toMatch(/^Forgot 5 variables \(.*forgotten.*\) and 1 parameter \(left\)\.\n$/);
    expect(streamText(await kernel.execute("%who"))).toMatch(/no variables/);
    const gone = await kernel.execute("forgotten");
    expect(errorOf(gone)).toMatchObject({
      ename: "ReferenceError",
      evalue: expect.stringContaining("is not defined"),
    });
    expect(resultText(await kernel.execute("[typeof forgotten, typeof sample]"))).toBe(
      "[ 'undefined', 'function' ]",
    );
    expect(resultText(await kernel.execute("[...getParamStore().keys()].length"))).toBe("0");
    expect(await complete("forgot")).not.toContain("forgotten");
    expect(resultText(await kernel.execute("const forgotten = 'again'; forgotten"))).toBe("'again'");
    expect(resultText(await kernel.execute("forgotten"))).toBe("'again'");
    expect(await complete("forgot")).toContain("forgotten");
  });

  it("%help lists all, and a wrong one is told the nearest right one", async () => {
    const listed = streamText(await kernel.execute("%help"));
    for (const name of ["param_store", "typecheck", "time", "seed", "who", "reset", "npm", "help"])
      expect(listed).toContain(`%${name}`);
    expect(errorOf(await kernel.execute("%sede 3"))?.evalue).toContain("Did you mean %seed?");
  });

  it("are completed and inspected, and their cells are complete", async () => {
    expect(await complete("%ty")).toEqual(["%typecheck"]);
    expect(await complete("%param_store ")).toEqual(["cell", "all", "off"]);
    expect(await complete("%time Math.sqr")).toContain("sqrt");
    const seen = await kernel.request("shell", "inspect_request", {
      code: "%seed",
      cursor_pos: 3,
      detail_level: 0,
    });
    expect(seen.content.data["text/plain"]).toContain("%seed N");
    for (const code of ["%seed 3", "%time 1 + 1", "?Math"])
      expect((await kernel.request("shell", "is_complete_request", { code })).content.status).toBe(
        "complete",
      );
  });
});

describe("payloads", () => {
  it("?name and name? open the pager", async () => {
    await kernel.execute("/** Adds one. */\nfunction increment(x: number): number { return x + 1 }");
    for (const code of ["?increment", "increment?"]) {
      const page = pageOf(await kernel.execute(code));
      expect(page?.["text/plain"]).toBe("function increment(x: number): number\n\nAdds one.");
      expect(page?.["text/markdown"]).toContain("```typescript\nfunction increment");
    }
  });

  it("??name shows how it is written", async () => {
    const page = pageOf(await kernel.execute("??increment"));
    expect(page?.["text/plain"]).toContain("{ return x + 1 }");
    const seen = await kernel.request("shell", "inspect_request", {
      ...{ code: "increment(1)", cursor_pos: 3, detail_level: 1 },
    });
    expect(seen.content.data["text/plain"]).toContain("{ return x + 1 }");
    expect(seen.content.data["text/markdown"]).toContain("{ return x + 1 }");
  });

  it("??name shows sources of the library, where they are there", async () => {
    const page = pageOf(await kernel.execute("??SVI"));
    expect(page?.["text/plain"]).toMatch(/class SVI[\s\S]*constructor\(/);
    expect(page?.["text/plain"]).toContain("#");
  });

  it("?%magic explains it, and a name that nobody knows is said to be none", async () => {
    expect(pageOf(await kernel.execute("?%seed"))?.["text/plain"]).toContain("%seed N");
    const unknown = await kernel.execute("?%sead");
    expect(pageOf(unknown)).toBeUndefined();
    expect(streamText(unknown)).toBe("Nothing is known of %sead.\n");
    const nobody = await kernel.execute("?nobodyKnows");
    expect(nobody.reply.content.status).toBe("ok");
    expect(streamText(nobody)).toBe("Nothing is known of nobodyKnows.\n");
  });

  it("setNextInput of a user expression belongs to its own cell", async () => {
    const { reply } = await kernel.execute("1", { userExpressions: { next: "setNextInput('now')" } });
    expect(reply.content.payload).toEqual([{ source: "set_next_input", text: "now", replace: false }]);
    expect((await kernel.execute("1")).reply.content.payload).toEqual([]);
  });

  it("setNextInput puts text into the next cell, once", async () => {
    const { reply } = await kernel.execute(
      "setNextInput('first'); setNextInput('let x = 1', { replace: true });",
    );
    expect(reply.content.payload).toEqual([{ source: "set_next_input", text: "let x = 1", replace: true }]);
    expect((await kernel.execute("1")).reply.content.payload).toEqual([]);
    await kernel.execute("setNextInput('lost'); throw new Error('x')");
    expect((await kernel.execute("1")).reply.content.payload).toEqual([]);
  });
});
