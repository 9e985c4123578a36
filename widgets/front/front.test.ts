import { readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import { loaderSource } from "./loader.ts";

const file = "dist/widgets/front.js";

beforeAll(async () => {
  await buildFront(process.cwd());
});

describe("the browser module", () => {
  it("is one file of at most 330 kB, 110 kB gzipped", () => {
    expect(statSync(file).size).toBeLessThan(330_000);
    expect(gzipSync(readFileSync(file)).length).toBeLessThan(110_000);
  });
  it("imports nothing and asks no network", () => {
    const source = readFileSync(file, "utf8");
    expect(source).not.toMatch(/\bimport\s*[("{]/);
    expect(source).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket/);
  });
});

describe("the loader", () => {
  it("is smaller than 3 kB and a module with the contract of anywidget", async () => {
    const source = loaderSource("0123456789abcdef");
    expect(Buffer.byteLength(source)).toBeLessThan(3000);
    const module = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      default: object;
    };
    expect(module.default).toHaveProperty("render");
  });
});
