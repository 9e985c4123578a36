/** Names that every object of JavaScript has something under. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

describe.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s", (name) => {
  it("may be the key of a user expression", async () => {
    const { reply } = await kernel.execute("1", { userExpressions: Object.fromEntries([[name, "1 + 1"]]) });
    const [entry] = Object.entries(reply.content.user_expressions);
    expect(entry).toMatchObject([name, { status: "ok", data: { "text/plain": "2" } }]);
  });

  it("may be a variable", async () => {
    expect(resultText(await kernel.execute(`let ${name} = 42; ${name}`))).toBe("42");
    expect(resultText(await kernel.execute(`${name} + 1`))).toBe("43");
    expect(streamText(await kernel.execute("%who"), "stdout")).toContain(name);
    await kernel.execute("%reset");
  });

  it("may be the key of an object and the column of a table", async () => {
    const shown = await kernel.execute(`({ ["${name}"]: 42 })`);
    expect(resultText(shown)).toMatch(new RegExp(`${name}.*: 42`));
    const rows = resultText(await kernel.execute(`table([{ ["${name}"]: 7, b: 2 }])`));
    expect(rows?.split("\n").map((line) => line.trim().split(/\s+/))).toEqual([
      [name, "b"],
      ["7", "2"],
    ]);
  });

  it.each(["%seed", "%typecheck", "%param_store", "%reset", "%help", "%"])(
    "is nothing to %s",
    async (magic) => {
      const line = magic === "%" ? `%${name}` : `${magic} ${name}`;
      expect(errorOf(await kernel.execute(line))?.evalue).toContain(name);
    },
  );

  it("is no target of a comm, and may be the id of one", async () => {
    const seen = kernel.published.length;
    await kernel.send("shell", "comm_open", { comm_id: name, target_name: name, data: {} });
    await kernel.awaitPublished(
      ({ header, content }) => header.msg_type === "comm_close" && content.comm_id === name,
      30_000,
    );
    expect(kernel.published.slice(seen).some(({ header }) => header.msg_type === "stream")).toBe(false);
    const found = await kernel.request("shell", "comm_info_request", {});
    expect(Object.keys(found.content.comms)).toEqual([]);
  });
});
