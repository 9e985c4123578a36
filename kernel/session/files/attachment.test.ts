import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rgbaPng } from "../../display/png.ts";
import { mimeBundle } from "../../execute/mime.ts";
import { cacheFolder } from "../../setup/paths.ts";
import { FileAttachment } from "./attachment.ts";

const before = process.cwd();
let folder = "";
const files: Record<string, string | Uint8Array> = {
  "data.csv": '\ufeffname,n,day,ok,none\nAda,1.5,2020-01-02,true,\n"a,""b",2,2020-01-03,false,\n',
  "data.tsv": "a\tb\n1\t2\n",
  "semi.txt": "a;b\n1;2\n",
  "broken.json": '{\n  "a": 1,\n  b\n}',
  "good.json": '\ufeff{ "a": [1, 2] }',
  "latin.txt": Uint8Array.from([0xe9]),
  "dot.png": rgbaPng(Uint8Array.from([1, 2, 3, 255]), 1, 1),
  "dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "wrong.arrow": "PAR1....",
  "sub/deep/deep.csv": "x\n1\n",
};

beforeAll(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "files-"));
  mkdirSync(join(folder, "sub/deep"), { recursive: true });
  const table = tableFromArrays({ x: new Float64Array([1.5, 2.5]), name: ["a", null] });
  const arrow = tableToIPC(table, {}) ?? new Uint8Array();
  for (const [name, content] of Object.entries({ ...files, "data.arrow": arrow }))
    writeFileSync(join(folder, name), content);
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const rows = (found: unknown) => JSON.parse(JSON.stringify(found)) as unknown;

describe("FileAttachment", () => {
  it.each<[string, () => Promise<unknown>, unknown]>([
    ["text", () => FileAttachment("data.tsv").text(), files["data.tsv"]],
    ["text in another encoding", () => FileAttachment("latin.txt").text({ encoding: "latin1" }), "é"],
    ["json", () => FileAttachment("good.json").json(), { a: [1, 2] }],
    [
      "csv",
      () => FileAttachment("data.csv").csv(),
      [
        { name: "Ada", n: "1.5", day: "2020-01-02", ok: "true", none: "" },
        { name: 'a,"b', n: "2", day: "2020-01-03", ok: "false", none: "" },
      ],
    ],
    [
      "typed csv",
      () => FileAttachment("data.csv").csv({ typed: true }),
      [
        { name: "Ada", n: 1.5, day: "2020-01-02T00:00:00.000Z", ok: true, none: null },
        { name: 'a,"b', n: 2, day: "2020-01-03T00:00:00.000Z", ok: false, none: null },
      ],
    ],
    ["csv as arrays", () => FileAttachment("sub/deep/deep.csv").csv({ array: true }), [["x"], ["1"]]],
    [
      "typed arrays",
      () => FileAttachment("sub/deep/deep.csv").csv({ array: true, typed: true }),
      [["x"], [1]],
    ],
    ["tsv", () => FileAttachment("data.tsv").tsv({ typed: true }), [{ a: 1, b: 2 }]],
    ["dsv", () => FileAttachment("semi.txt").dsv({ delimiter: ";", typed: true }), [{ a: 1, b: 2 }]],
    [
      "arrow",
      async () => (await FileAttachment("data.arrow").arrow()).toArray(),
      [
        { x: 1.5, name: "a" },
        { x: 2.5, name: null },
      ],
    ],
    ["arrayBuffer", async () => (await FileAttachment("latin.txt").arrayBuffer()).byteLength, 1],
    ["blob", async () => (await FileAttachment("data.tsv").blob()).type, "text/tab-separated-values"],
    ["stream", async () => new Response(FileAttachment("data.tsv").stream()).text(), files["data.tsv"]],
    [
      "url",
      () => FileAttachment("data.tsv").url(),
      `data:text/tab-separated-values;base64,${Buffer.from(String(files["data.tsv"])).toString("base64")}`,
    ],
    ["a file URL", () => FileAttachment(pathToFileURL(join(folder, "data.tsv"))).text(), files["data.tsv"]],
  ])("reads %s", async (_, read, expected) => {
    expect(rows(await read())).toEqual(expected);
  });

  it("knows the columns, and shows rows and Arrow as tables", async () => {
    const csv = await FileAttachment("data.csv").csv({ typed: true });
    expect(csv.columns).toEqual(["name", "n", "day", "ok", "none"]);
    expect((await mimeBundle(csv))["text/plain"]).toBe(
      'name    n  day         ok     none\nAda   1.5  2020-01-02  true   null\na,"b    2  2020-01-03  false  null',
    );
    const arrow = await FileAttachment("data.arrow").arrow();
    expect(await mimeBundle(arrow)).toMatchObject({
      "text/plain": "  x  name\n1.5  a\n2.5  null",
      "text/html": expect.stringContaining("2 rows × 2 columns"),
    });
  });

  it("says what the file is", () => {
    expect(FileAttachment("dot.png")).toMatchObject({
      ...{ name: "dot.png", path: join(folder, "dot.png"), mimeType: "image/png" },
      size: (files["dot.png"] as Uint8Array).length,
      lastModified: expect.any(Number),
    });
  });

  it.each([
    ["dot.png", "image/png"],
    ["dot.svg", "image/svg+xml"],
  ])("shows the picture %s", async (name, kind) => {
    const bundle = await mimeBundle(await FileAttachment(name).image());
    expect(bundle["text/html"]).toContain(`<img src="data:${kind};base64,`);
    expect(bundle["text/plain"]).toMatch(new RegExp(`^<${kind.replace("+", "\\+")} ${name}, \\d+ bytes>$`));
  });
});

describe("errors", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a name like another",
      () => FileAttachment("dta.csv"),
      /There is no file "dta\.csv" \(at the notebook's folder .*\)\.\n {2}try: "data\.csv"/,
    ],
    ["another kind of the same name", () => FileAttachment("good.csv"), /try: .*"good\.json"/],
    ["a file of another folder", () => FileAttachment("deep.csv"), /try: "sub\/deep\/deep\.csv"/],
    ["other capitals", () => FileAttachment("DATA.CSV"), /try: "data\.csv"/],
    ["nothing like it", () => FileAttachment("zzzzzzzzzzzzzzz"), /try: a file that is there: "/],
    ["a folder", () => FileAttachment("sub"), /"sub" is a folder .*\n {2}try: .*"sub\/deep\/deep\.csv"/],
    [
      "an address",
      () => FileAttachment("https://a.b/c.json"),
      /reads files, not addresses[\s\S]*await \(await fetch\("https:/,
    ],
    ["no name", () => FileAttachment(""), /no name/],
    [
      "broken JSON",
      () => FileAttachment("broken.json").json(),
      /"broken\.json" is not JSON[\s\S]*line 3,? column 3/,
    ],
    [
      "what is no Arrow",
      () => FileAttachment("wrong.arrow").arrow(),
      /could not be read as Arrow[\s\S]*Parquet/,
    ],
    ["what is no picture", () => FileAttachment("data.csv").image(), /no picture[\s\S]*PNG[\s\S]*text\/csv/],
  ])("of %s", async (_, read, message) => {
    await expect((async () => read())()).rejects.toThrow(message);
  });
});
