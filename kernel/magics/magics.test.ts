import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { obey } from "../session/obey.ts";
import { completeMagic, inspectMagic } from "./assist.ts";
import { findNpm, parseRequest } from "./npm.ts";
import { questionOf } from "./question.ts";
import { blankMagics, splitMagics } from "./split.ts";
import { magics } from "./table.ts";
import { duration } from "./time.ts";
import type { MagicContext } from "./types.ts";

function fakeContext(more: Partial<MagicContext> = {}) {
  const said: string[] = [];
  const seeds: number[] = [];
  const context: MagicContext = {
    ...{ params: { policy: "cell" }, types: { mode: "warn" }, folder: "." },
    signal: new AbortController().signal,
    say: (text) => void said.push(text),
    setSeed: async (seed) => void seeds.push(seed),
    variables: async () =>
      new Map<string, unknown>([
        [
          "twice",
          function twice(x: number) {
            return 2 * x;
          },
        ],
        ["list", [1, 2]],
        ["Model", class Model {}],
        ["nothing", null],
        ["words", "x".repeat(200)],
        ["bare", Object.create(null)],
        ["evil", evil],
      ]),
    reset: async () => ({ variables: ["a"], parameters: [] }),
    packagesChanged: () => {},
    ...more,
  };
  return { context, said, seeds };
}

const act = async (code: string, context: MagicContext) => {
  for (const after of await obey(splitMagics(code).magics, context)) after();
};

/** Whoever looks at it gets an error. */
const evil = {
  [Symbol.for("nodejs.util.inspect.custom")](): never {
    throw new Error("do not look");
  },
};

describe("magics", () => {
  it("are taken off the head of a cell; lines keep their numbers", () => {
    const { code, magics: found } = splitMagics("%typecheck off\n\n  %param_store all;\nlet x = 5 % 2;");
    expect(found).toEqual([
      { name: "typecheck", argument: "off", line: 1 },
      { name: "param_store", argument: "all", line: 3 },
    ]);
    expect(code.split("\n")[3]).toBe("let x = 5 % 2;");
    expect(code.slice(0, code.indexOf("let")).trim()).toBe("");
  });

  it.each([
    ["%time f(1)", "      f(1)"],
    ["%%time\nf(1)\n% 2", "      \nf(1)\n% 2"],
    ["\r\n%seed 3\r\nx", "\r\n       \r\nx"],
    ["%time [\n1,\n%seed 2]", "      [\n1,\n%seed 2]"],
    ["x\n%seed 3", "x\n%seed 3"],
    ["?svi.run", " svi.run"],
    ["svi.run??", "svi.run  "],
    ["?%time", "      "],
    ["a ? b : c", "a ? b : c"],
  ])("%j is read as %j", (code, expected) => expect(blankMagics(code)).toBe(expected));

  it.each(["%param_store", "%typecheck"])("%s says how things stand", async (line) => {
    const { context, said } = fakeContext();
    await act(line, context);
    expect(said).toEqual([expect.stringMatching(/^%\w+ (cell|warn)$/)]);
  });

  it("change the settings", async () => {
    const { context, said } = fakeContext();
    await act("%param_store all\n%typecheck off", context);
    expect([context.params.policy, context.types.mode, said]).toEqual(["all", "off", []]);
  });

  it.each([
    ["%param_store none", /cell, all, off; got "none"/],
    ["%typecheck on", /error, warn, off/],
    ["\n%tiem", /Line 2: there is no command %tiem\. Did you mean %time\?[\s\S]*%param_store/],
    ["%Seed 1", /Did you mean %seed\?/],
    ["%", /there is no command %\./],
    ["%__proto__", /no command/],
    ["%seed", /whole number/],
    ["%seed 1.5", /got "1\.5"/],
    ["%seed -1", /whole number/],
    ["%seed 99999999999999999999", /whole number/],
    ["%who x", /stands alone/],
    ["%help nothing", /no command %nothing/],
    ["%npm", /%npm install NAME/],
    ["%npm uninstall d3", /%npm install NAME/],
  ])("%j is refused with what is right", async (line, expected) => {
    await expect(act(line, fakeContext().context)).rejects.toThrow(expected);
  });

  it("seed", async () => {
    const { context, seeds } = fakeContext();
    await act("%seed 42", context);
    expect(seeds).toEqual([42]);
  });

  it("who lists names, kinds and values, in lines of a bounded length", async () => {
    const { context, said } = fakeContext();
    await act("%who", context);
    const lines = said.join("\n").split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^Model +class +class Model/),
      expect.stringMatching(/^bare +object +\[Object: null prototype\] \{\}$/),
      "evil     object    (cannot be shown: do not look)",
      "list     Array     [ 1, 2 ]",
      "nothing  null      null",
      "twice    function  function twice(x)",
      expect.stringMatching(/^words +string +'x+/),
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
  });

  it("reset tells what it forgot, time how long it took, help what there is", async () => {
    const { context, said } = fakeContext();
    await act("%reset\n%time", context);
    expect(said[0]).toBe("Forgot 1 variable (a) and 0 parameters.");
    expect(said[1]).toMatch(/^Wall time [\d.]+ (µs|ms), CPU time [\d.]+ (µs|ms)$/);
    said.length = 0;
    await act("%help", context);
    for (const { name, summary } of magics) {
      expect(said[0]).toContain(`%${name}`);
      expect(said[0]).toContain(summary);
    }
    said.length = 0;
    await act("%help %seed", context);
    expect(said).toEqual([expect.stringMatching(/^%seed N\n {4}\S/)]);
  });

  it.each([
    [0.0123, "12.3 µs"],
    [12.34, "12.3 ms"],
    [1234, "1.23 s"],
    [125_400, "2 min 5 s"],
  ])("%d ms read as %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
});

describe("%npm", () => {
  it.each([
    ["install d3-array", ["d3-array"], false],
    ["i d3@3.2.4 @types/d3@^7", ["d3@3.2.4", "@types/d3@^7"], false],
    ["install --allow-scripts sharp@latest", ["sharp@latest"], true],
  ])("%s", (argument, names, withScripts) => {
    expect(parseRequest(argument)).toEqual({ names, withScripts });
  });

  it.each([
    "install ../elsewhere",
    "install .",
    "install /tmp/x",
    "install https://example.org/x.tgz",
    "install git+ssh://git@example.org/x",
    "install user/repository",
    "install d3@npm:other",
    "install d3@file:../x",
    "install -g d3",
    "install --registry=http://x d3",
    "install d3; rm -rf x",
    "install $(touch x)",
    "install d3&&ls",
    "install _hidden",
  ])("refuses %s", (argument) => expect(() => parseRequest(argument)).toThrow(/takes names of packages/));

  it("says what is missing where there is no npm", () => {
    const empty = mkdtempSync(join(tmpdir(), "tspyro-npm-"));
    expect(findNpm({ PATH: empty })).toBeUndefined();
    expect(findNpm({ PATH: empty, npm_execpath: "/x/npm-cli.js" })).toBe("/x/npm-cli.js");
    rmSync(empty, { recursive: true });
  });
});

describe("questions", () => {
  it.each([
    ["?svi", { target: "svi", magic: false, detail: 0 }],
    ["  ?? dist.Normal ;\n", { target: "dist.Normal", magic: false, detail: 1 }],
    ["svi.run?", { target: "svi.run", magic: false, detail: 0 }],
    ["svi?.run??", { target: "svi?.run", magic: false, detail: 1 }],
    ["?x[0]['a b'].c", { target: "x[0]['a b'].c", magic: false, detail: 0 }],
    ["?%time", { target: "time", magic: true, detail: 0 }],
    ["%%time?", { target: "time", magic: true, detail: 0 }],
  ])("%j", (code, expected) => expect(questionOf(code)).toEqual(expected));

  it.each(["", "?", "a ? b : c", "a?.b", "?f()", "?a\nb", "??", "a??b", "?1", "???a"])("%j is none", (code) =>
    expect(questionOf(code)).toBeUndefined(),
  );
});

describe("assistance", () => {
  const complete = (code: string) => {
    const found = completeMagic(code.replace("|", ""), code.indexOf("|"));
    return found && { from: found.start, to: found.end, names: found.matches.map(({ text }) => text) };
  };

  it.each([
    ["%ti|", { from: 0, to: 3, names: ["%time"] }],
    ["  %t|ime", { from: 2, to: 7, names: ["%typecheck", "%time"] }],
    ["%%|", { from: 0, to: 2, names: ["%%time"] }],
    ["%typecheck |", { from: 11, to: 11, names: ["error", "warn", "off"] }],
    ["%seed 3\n%param_store a|", { from: 21, to: 22, names: ["all"] }],
    ["%help se|", { from: 6, to: 8, names: ["seed"] }],
    ["%who |", { from: 5, to: 5, names: [] }],
    ["%time ma|", undefined],
    ["x\n%ti|", undefined],
    ["5 % ti|", undefined],
  ])("completes %j", (code, expected) => expect(complete(code)).toEqual(expected));

  it("explains them", () => {
    expect(inspectMagic("%seed 3", 2)?.data["text/plain"]).toMatch(/^%seed N\n\nStarts/);
    expect(inspectMagic("?%npm", 5)?.data["text/markdown"]).toMatch(/^`%npm install/);
    expect(inspectMagic("%sead 3", 2)).toBeNull();
    expect(inspectMagic("%time Math.sin(1)", 13)).toBeUndefined();
    expect(inspectMagic("seed", 2)).toBeUndefined();
  });
});
