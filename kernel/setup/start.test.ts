import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort, isFree } from "./ports.ts";
import { readOptions } from "./start.ts";

describe("readOptions", () => {
  it("reads a port and --no-browser", () => {
    expect(readOptions(["--port", "9000", "--no-browser"])).toEqual({ port: 9000, browser: false });
    expect(readOptions(["--port=9000"]).port).toBe(9000);
    expect(readOptions([]).port).toBeUndefined();
  });

  it.each([
    ["--port", "http"],
    ["--port", "70000"],
    ["--port", "1.5"],
    ["--prot", "9000"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(/--pr?ort|--prot/);
  });
});

describe("freePort", () => {
  it("passes over a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((settle) => taken.listen(0, "127.0.0.1", settle));
    const address = taken.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    expect(await isFree(address.port)).toBe(false);
    expect(await freePort(address.port)).toBeGreaterThan(address.port);
    await new Promise((settle) => taken.close(settle));
    expect(await isFree(address.port)).toBe(true);
  });
});
