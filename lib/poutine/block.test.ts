import { describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { observe, param, sample } from "../primitives.ts";
import { type BlockOptions, block, trace } from "./index.ts";

const model = () => {
  param("w", 0);
  sample("a", dist.Normal(0, 1));
  sample("b", dist.Normal(0, 1));
  observe("x", dist.Normal(0, 1), 1);
};

const seen = (options?: BlockOptions) => {
  const { nodes } = trace(block(model, options)).getTrace();
  return [...nodes.keys()].filter((name) => !name.startsWith("_")).join(" ");
};

const cases: [options: BlockOptions | undefined, seen: string][] = [
  [undefined, ""],
  [{ hideAll: true }, ""],
  [{ hideAll: false }, "w a b x"],
  [{ exposeAll: true }, "w a b x"],
  [{ hide: ["a"] }, "w b x"],
  // One name, not its letters.
  [{ hide: "ab" }, "w a b x"],
  [{ hide: "a" }, "w b x"],
  [{ expose: ["a"] }, "a"],
  [{ hideTypes: ["observe"] }, "w a b"],
  [{ hideTypes: ["sample"] }, "w x"],
  [{ hideTypes: ["param"] }, "a b x"],
  [{ exposeTypes: ["param"] }, "w"],
  [{ exposeTypes: ["sample"] }, "a b"],
  [{ exposeTypes: ["observe", "param"] }, "w x"],
  [{ hideFn: (site) => site.name < "b" }, "w b x"],
  [{ hide: ["a"], hideTypes: ["param"] }, "b x"],
  [{ expose: ["a"], exposeTypes: ["observe"] }, "a x"],
  [{ exposeTypes: ["sample"], hide: ["b"] }, "a"],
  [{ exposeAll: true, hide: ["x"] }, "w a b"],
];

describe("block", () => {
  test.each(cases)("%j leaves %s", (options, expected) => {
    expect(seen(options)).toBe(expected);
  });

  const conflicts: [BlockOptions, RegExp][] = [
    [{ hideAll: true, exposeAll: true }, /hideAll and exposeAll/],
    [{ hide: ["a"], expose: ["a", "b"] }, /hide and expose[\s\S]*"a"/],
    [{ hideTypes: ["param"], exposeTypes: ["param"] }, /hideTypes and exposeTypes[\s\S]*param/],
  ];
  test.each(conflicts)("%j is refused", (options, message) => {
    expect(() => block(model, options)).toThrow(message);
  });

  test("the sites outside and inside are those of the manual's example", () => {
    const inner = trace(model);
    const outer = trace(block(inner, { hide: ["a"] })).getTrace();
    expect([inner.trace.has("a"), inner.trace.has("b"), outer.has("a"), outer.has("b")]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
