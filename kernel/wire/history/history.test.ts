import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { historyFolder } from "./folder.ts";
import { matchesGlob } from "./glob.ts";
import { History } from "./history.ts";
import { type Bounds, Sessions } from "./sessions.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tspyro-history-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const complaints: string[] = [];
const open = (bounds?: Bounds, at = folder) =>
  new History(new Sessions(at, bounds), (text) => complaints.push(text));

function twoSessions(): History {
  const first = open();
  first.input(1, "let a = 1");
  first.input(2, "a + 1");
  first.output(2, "2");
  const second = open();
  second.input(1, "let b = 2");
  second.input(2, "a + 1");
  second.input(3, "b * 2");
  second.output(3, "4");
  return second;
}

describe("glob patterns", () => {
  it.each([
    ["let a", "let*", true],
    ["let a", "let", false],
    ["let a", "*a", true],
    ["let a", "l?t ?", true],
    ["", "*", true],
    ["", "?", false],
    ["x1", "x[0-9]", true],
    ["xa", "x[^0-9]", true],
    ["x[", "x[", true],
    ["a.b", "a.b", true],
    ["axb", "a.b", false],
    ["two\nlines", "*lines", true],
    ["é😀", "??", true],
  ])("%j against %j: %s", (text, pattern, expected) => {
    expect(matchesGlob(text, pattern)).toBe(expected);
  });

  it("take no time on what makes regular expressions stand still", () => {
    const before = performance.now();
    expect(matchesGlob("a".repeat(5000), `${"*a".repeat(30)}*b`)).toBe(false);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

it.each([
  [{}, join("/project", ".jupyter", "history")],
  [{ TSPYRO_HISTORY: "" }, join("/project", ".jupyter", "history")],
  [{ TSPYRO_HISTORY: "/elsewhere" }, "/elsewhere"],
  [{ TSPYRO_HISTORY: "off" }, undefined],
])("with %j its folder is %s", (env, expected) => {
  expect(historyFolder("/project", env)).toBe(expected);
});

describe("history", () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    [
      "tail",
      { hist_access_type: "tail", n: 2 },
      [
        [2, 2, "a + 1"],
        [2, 3, "b * 2"],
      ],
    ],
    [
      "tail over sessions",
      { hist_access_type: "tail", n: 4, output: true },
      [
        [1, 2, ["a + 1", "2"]],
        [2, 1, ["let b = 2", null]],
        [2, 2, ["a + 1", null]],
        [2, 3, ["b * 2", "4"]],
      ],
    ],
    [
      "tail of more than there is",
      { hist_access_type: "tail", n: 100, session: 9 },
      expect.objectContaining({ length: 5 }),
    ],
    ["nothing", { hist_access_type: "tail", n: 0 }, []],
    [
      "this session",
      { hist_access_type: "range", session: 0, start: 1, stop: 3 },
      [
        [2, 1, "let b = 2"],
        [2, 2, "a + 1"],
      ],
    ],
    [
      "to its end",
      { hist_access_type: "range", session: 0, start: 2 },
      [
        [2, 2, "a + 1"],
        [2, 3, "b * 2"],
      ],
    ],
    ["from its end", { hist_access_type: "range", session: 0, start: -1 }, [[2, 3, "b * 2"]]],
    [
      "the session before",
      { hist_access_type: "range", session: -1, start: 0 },
      [
        [1, 1, "let a = 1"],
        [1, 2, "a + 1"],
      ],
    ],
    [
      "a session by its number",
      { hist_access_type: "range", session: 1, start: 2, output: true },
      [[1, 2, ["a + 1", "2"]]],
    ],
    ["a session that never was", { hist_access_type: "range", session: -7 }, []],
    [
      "search",
      { hist_access_type: "search", pattern: "let*" },
      [
        [1, 1, "let a = 1"],
        [2, 1, "let b = 2"],
      ],
    ],
    ["search, the newest", { hist_access_type: "search", pattern: "*a*", n: 1 }, [[2, 2, "a + 1"]]],
    ["search, each once", { hist_access_type: "search", pattern: "a*", unique: true }, [[2, 2, "a + 1"]]],
    [
      "search without unique",
      { hist_access_type: "search", pattern: "a*" },
      [
        [1, 2, "a + 1"],
        [2, 2, "a + 1"],
      ],
    ],
    ["what does not exist", { hist_access_type: "tale" }, []],
  ])("%s", (_, request, expected) => {
    expect(twoSessions().answer(request)).toEqual({ status: "ok", history: expected });
  });

  it("leaves no file where nothing was run", () => {
    open().answer({ hist_access_type: "tail", n: 3 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("reads around lines that were cut off or are none", () => {
    open().input(1, "whole");
    const [file = ""] = readdirSync(folder);
    appendFileSync(join(folder, file), '5\nnull\n{"line":"x"}\n{"line":2,"inp');
    writeFileSync(join(folder, "notes.txt"), "of somebody else");
    expect(open().answer({ hist_access_type: "tail", n: 9 }).history).toEqual([[1, 1, "whole"]]);
  });

  it("gives kernels side by side numbers of their own", () => {
    const [one, other] = [open(), open()];
    one.input(1, "one");
    other.input(1, "other");
    expect(readdirSync(folder)).toEqual(["000001.jsonl", "000002.jsonl"]);
    expect(one.answer({ hist_access_type: "tail", n: 5 }).history).toEqual([[1, 1, "one"]]);
  });

  it("drops the oldest sessions and the oldest lines of a long one", () => {
    const bounds = { sessions: 3, bytes: 40_000 };
    for (let i = 0; i < 5; i++) open(bounds).input(1, `session ${i}`);
    expect(readdirSync(folder)).toHaveLength(3);
    const long = open(bounds);
    for (let line = 1; line <= 2000; line++) long.input(line, `cell ${line} ${"x".repeat(80)}`);
    const file = join(folder, readdirSync(folder).at(-1) ?? "");
    expect(statSync(file).size).toBeLessThanOrEqual(10_000);
    expect(readFileSync(file, "utf8")).toContain("cell 2000 ");
    expect(open(bounds).answer({ hist_access_type: "tail", n: 1 }).history).toEqual([
      [6, 2000, expect.stringMatching(/^cell 2000 /)],
    ]);
  });

  it("goes on in memory, and says so once, where it cannot write", () => {
    complaints.length = 0;
    writeFileSync(join(folder, "file"), "");
    const history = open(undefined, join(folder, "file", "below"));
    history.input(1, "kept");
    history.input(2, "kept too");
    expect(history.answer({ hist_access_type: "tail", n: 5 }).history).toHaveLength(2);
    expect(complaints).toEqual([expect.stringContaining("TSPYRO_HISTORY")]);
  });
});
