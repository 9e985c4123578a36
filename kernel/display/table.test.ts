import { describe, expect, it } from "vitest";
import { tableHtml, tableText } from "./table.ts";
import { tableOf } from "./table-data.ts";
import { bare, shown } from "./testing/shown.ts";

const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ i, half: i / 2 }));

describe("what is a table by nature", () => {
  it.each<[string, unknown, boolean]>([
    ["records", [{ a: 1 }, { a: 2 }], true],
    ["records with a missing value", [{ a: 1, b: new Date(0) }, { a: null }], true],
    ["columns of typed arrays", { x: new Float32Array(2), y: new Int32Array(2) }, true],
    ["a loaded file of one row", Object.assign([{ a: "1" }], { columns: ["a"] }), true],
    ["a single record", [{ a: 1 }], false],
    ["records of objects", [{ a: { b: 1 } }, { a: { b: 2 } }], false],
    ["objects without a common key", [{ a: 1 }, { b: 2 }], false],
    ["numbers", [1, 2], false],
    ["columns of different length", { x: new Float32Array(2), y: new Int32Array(3) }, false],
    ["one typed array", { x: new Float32Array(2) }, false],
  ])("%s: %j", async (_, value, table) => {
    expect((await shown(value)).html?.includes("<table>")).toBe(table);
  });
});

describe("sources", () => {
  const arrow = new (class Table {
    schema = { fields: [{ name: "a" }, { name: "b" }] };
    numRows = 2;
    getChild(name: string) {
      return { at: (row: number) => `${name}${row}` };
    }
  })();
  const arquero = {
    columnNames: () => ["a"],
    numRows: () => 1,
    get: (name: string, row: number) => `${name}${row}`,
  };

  it.each<[string, unknown, string]>([
    ["records", [{ a: 1 }, { b: "x" }], "a  b\n1  –\n–  x"],
    ["single values", [1, 22], "value\n    1\n   22"],
    [
      "arrays",
      [
        [1, 2],
        [3, 4],
      ],
      "0  1\n1  2\n3  4",
    ],
    ["an iterable", new Set(["x"]), "value\nx"],
    ["columns", { x: [1, 2], y: ["a"] }, "x  y\n1  a\n2  –"],
    ["Arrow", arrow, "a   b\na0  b0\na1  b1"],
    ["Arquero", arquero, "a\na0"],
  ])("%s", (_, value, text) => {
    expect(tableText(tableOf(value))).toBe(text);
  });
});

describe("pages", () => {
  it("are folded, the first one open", () => {
    const html = bare(tableHtml(tableOf(rows(45))));
    const titles = [...html.matchAll(/<details( open)?><summary class="m">(.*?)<\/summary>/g)];
    expect(titles.map(([, open, title]) => [open !== undefined, title])).toEqual([
      [true, "rows 0–19"],
      [false, "rows 20–39"],
      [false, "rows 40–44"],
    ]);
    expect(html).toContain("45 rows × 2 columns");
  });

  it("are not needed for few rows", () => {
    expect(tableHtml(tableOf(rows(20)))).not.toContain("<details");
  });

  it("end at a limit, which is said", () => {
    const html = tableHtml(tableOf(rows(1e5)));
    expect(html).toContain("100,000 rows × 2 columns (500 of 100,000 rows shown)");
    expect(html.length).toBeLessThan(150_000);
  });
});

describe("cells", () => {
  it.each<[string, unknown, string]>([
    ["numbers stand to the right", 1.23456789, '<td align="right">1.23457</td>'],
    ["texts to the left, escaped", "<b>", '<td style="text-align:left">&lt;b&gt;</td>'],
    ["null is said", null, '<td style="text-align:left">null</td>'],
    ["so is nothing", undefined, '<td style="text-align:left">–</td>'],
    ["and NaN", Number.NaN, '<td align="right">NaN</td>'],
    ["days are days", new Date(86_400_000), '<td style="text-align:left">1970-01-02</td>'],
    ["long texts are cut", "x".repeat(300), `<td style="text-align:left">${"x".repeat(199)}…</td>`],
  ])("%s", (_, value, html) => {
    expect(bare(tableHtml(tableOf([{ a: value }])))).toContain(html);
  });

  it("of a column with a text among numbers stand to the left", () => {
    expect(bare(tableHtml(tableOf([{ a: 1 }, { a: "x" }])))).toContain('<td style="text-align:left">1</td>');
  });

  it("of an accessor are not read", () => {
    const row = Object.defineProperty({}, "a", {
      get: () => {
        throw new Error("read");
      },
      enumerable: true,
    });
    expect(tableText(tableOf([row]))).toBe("a\n–");
  });
});
