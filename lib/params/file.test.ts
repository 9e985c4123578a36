import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { constraints } from "../distributions/index.ts";
import { ParamStoreDict } from "./index.ts";

let folder: string;
let file: string;
let store: ParamStoreDict;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "tspyro-params-"));
  file = path.join(folder, "params.json");
  store = new ParamStoreDict();
  store.getParam("loc", [1, -2.5e-20, Number.POSITIVE_INFINITY]);
  store.getParam("__proto__", 0.25, ["t"], { constraint: constraints.unitInterval });
});
afterEach(() => {
  store.clear();
  fs.rmSync(folder, { recursive: true });
});

test("a saved store is loaded bit for bit", () => {
  store.save(file);
  const copy = new ParamStoreDict();
  expect(copy.load(file)).toEqual({ replaced: [], created: ["loc", "__proto__"], untouched: [] });
  expect(copy.getState()).toEqual(store.getState());
  copy.clear();
});

test("a large parameter too", () => {
  const big = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i));
  store.getParam("big", big);
  store.save(file);
  const copy = new ParamStoreDict();
  copy.load(file);
  expect(copy.getUnconstrained("big").dataSync()).toEqual(big);
  copy.clear();
});

test("saving leaves nothing else in the folder, and replaces the old file", () => {
  store.save(file);
  store.delete("loc");
  store.save(file);
  expect(fs.readdirSync(folder)).toEqual(["params.json"]);
  expect(fs.readFileSync(file, "utf8")).not.toContain('"loc"');
});

test("a save that fails leaves the old file and no other", () => {
  store.save(file);
  const before = fs.readFileSync(file, "utf8");
  // A folder in the place of the file: the last step, the renaming, fails.
  const taken = path.join(folder, "taken");
  fs.mkdirSync(path.join(taken, "full"), { recursive: true });
  expect(() => store.save(taken)).toThrow(/could not be written/);
  expect(() => store.save(path.join(folder, "no", "such", "folder"))).toThrow(/could not be written/);
  expect(fs.readFileSync(file, "utf8")).toBe(before);
  expect(fs.readdirSync(folder).sort()).toEqual(["params.json", "taken"]);
});

describe("a file that is not whole is refused, and the store is as before", () => {
  const change = (edit: (json: { params: Record<string, unknown>[] } & Record<string, unknown>) => void) => {
    return (text: string) => {
      const json = JSON.parse(text);
      edit(json);
      return JSON.stringify(json);
    };
  };
  const first = (key: string, value: unknown) =>
    change(({ params }) => {
      Object.assign(params[0] as object, { [key]: value });
    });
  const cases: [string, (text: string) => string, RegExp][] = [
    ["empty", () => "", /an empty file/],
    ["cut off", (text) => text.slice(0, text.length / 2), /not JSON/],
    ["of another program", () => "a,b\n1,2", /not JSON/],
    ["other JSON", () => '{"a": 1}', /JSON of another kind/],
    ["a list", () => "[]", /JSON of another kind/],
    ["of a later version", change((json) => Object.assign(json, { version: 2 })), /format version 2/],
    ["without parameters", change((json) => Object.assign(json, { params: 3 })), /no list of parameters/],
    ["a parameter without a name", first("name", 3), /without a name/],
    [
      "a parameter twice",
      change(({ params }) => void params.push(params[0] as never)),
      /two parameters named "loc"/,
    ],
    ["another shape", first("shape", [4]), /"loc" with 12 bytes for shape \[4\]/],
    ["no shape", first("shape", "x"), /"loc" without a shape/],
    ["changed values", first("data", btoa("\0".repeat(12))), /"loc" with values that were changed/],
    ["values that are no base64", first("data", "%%%"), /"loc" with unreadable bytes/],
    ["an unknown constraint", first("constraint", { kind: "odd" }), /"loc" with the unknown constraint/],
    [
      "a constraint without bounds",
      first("constraint", { kind: "interval" }),
      /"loc" with the unknown constraint/,
    ],
  ];
  test.each(cases)("%s", (_name, spoil, message) => {
    store.save(file);
    fs.writeFileSync(file, spoil(fs.readFileSync(file, "utf8")));
    store.set("loc", 7);
    const before = store.getState();
    expect(() => store.load(file)).toThrow(message);
    expect(() => store.load(file)).toThrow(new RegExp(`file ${file.replaceAll("\\", "\\\\")}`));
    expect(store.getState()).toEqual(before);
  });

  test("missing", () => {
    expect(() => store.load(path.join(folder, "none"))).toThrow(/could not be read/);
  });
});
