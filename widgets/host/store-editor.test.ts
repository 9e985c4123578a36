import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import * as dist from "../../lib/distributions/index.ts";
import { SVI } from "../../lib/infer/index.ts";
import { Adam } from "../../lib/optim/index.ts";
import { getParamStore } from "../../lib/params/index.ts";
import { clearParamStore, param, sample } from "../../lib/primitives.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { FakeHost, vnd } from "../testing/fake-host.ts";
import { asCommand } from "./commands.ts";
import { setWidgetHost } from "./host.ts";
import { disposeWidgets, widgetCellEnd, widgetCellStart } from "./live-view.ts";
import { paramStoreView } from "./store-view.ts";
import { displaySymbol } from "./types.ts";

let host: FakeHost;
let folder: string;
beforeAll(async () => {
  await buildFront(process.cwd());
});
beforeEach(() => {
  clearParamStore();
  host = new FakeHost();
  setWidgetHost(host);
  folder = mkdtempSync(join(tmpdir(), "tspyro-table-"));
  param("a", 2, { constraint: dist.constraints.positive });
  param("b", [1, 3]);
});
afterEach(() => {
  disposeWidgets();
  setWidgetHost(undefined);
  clearParamStore();
  rmSync(folder, { recursive: true });
});

async function show() {
  const view = paramStoreView(getParamStore(), { edit: true });
  await view[displaySymbol]({ displayId: "d" });
  const comm = host.opened.at(-1)?.comm;
  if (comm === undefined) throw new Error("no comm was opened");
  const press = (content: unknown) => comm.receive({ method: "custom", content });
  return { view, comm, press };
}
const names = () => [...getParamStore().keys()];

describe("a table of parameters to work with", () => {
  it("stays live after its cell, until a person makes a picture of it", async () => {
    const { comm, press } = await show();
    expect(host.opened[0]?.options.data).toMatchObject({ state: { view: "param-table", tools: "params" } });
    await widgetCellEnd();
    expect(comm.closed).toBe(false);
    press({ tspyro: "settle" });
    await expect.poll(() => comm.closed).toBe(true);
    expect(host.displays.at(-1)?.bundle).toHaveProperty(["text/html"]);
    expect(host.displays.at(-1)?.bundle).not.toHaveProperty([vnd]);
    // A picture it stays.
    param("c", 1);
    expect(host.opened).toHaveLength(1);
  });

  it("is a picture at once where no front end tells of cells: nobody could press its buttons", async () => {
    host.cell = undefined;
    const { comm } = await show();
    await widgetCellEnd();
    expect(comm.closed).toBe(true);
  });

  it("looks into one parameter, resets, deletes and brings back", async () => {
    const { view, press } = await show();
    const store = getParamStore();
    store.set("b", [7, 9]);
    press({ tspyro: "param-open", name: "b" });
    expect(view.data().rows[1]?.numbers).toMatchObject({ shape: [2], columns: 2, low: 7, high: 9, bad: 0 });
    press({ tspyro: "param-open", name: "b" });
    expect(view.data().rows[1]?.numbers).toBeUndefined();
    press({ tspyro: "param-reset", name: "b" });
    expect(Array.from(store.get("b")?.dataSync() ?? [])).toEqual([1, 3]);
    expect(view.data().notice).toEqual({ text: "b is back at its first value" });
    press({ tspyro: "param-delete", name: "a" });
    expect(names()).toEqual(["b"]);
    expect(view.data()).toMatchObject({ notice: { text: "a is deleted" }, dropped: ["a"] });
    press({ tspyro: "param-undo" });
    expect(names().sort()).toEqual(["a", "b"]);
    expect(view.data()).toMatchObject({ notice: { text: "a is back" }, dropped: [] });
  });

  it("saves and loads, and says what went wrong", async () => {
    const { view, press } = await show();
    const file = join(folder, "params.json");
    press({ tspyro: "param-save", file });
    expect(view.data().notice?.text).toBe(`saved to ${file}`);
    getParamStore().delete("a");
    getParamStore().set("b", [0, 0]);
    press({ tspyro: "param-load", file });
    expect(view.data().notice?.text).toBe(`loaded ${file}: 1 replaced, 1 new`);
    expect(Array.from(getParamStore().get("b")?.dataSync() ?? [])).toEqual([1, 3]);
    press({ tspyro: "param-load", file: join(folder, "none.json") });
    expect(view.data().notice).toMatchObject({
      bad: true,
      text: expect.stringContaining("could not be read"),
    });
    press({ tspyro: "param-reset", name: "nobody" });
    expect(view.data().notice).toMatchObject({ bad: true, text: expect.stringContaining('"nobody"') });
  });

  it("forgets what was deleted when its cell runs again, and frees it", async () => {
    const { press } = await show();
    press({ tspyro: "param-delete", name: "a" });
    widgetCellStart("cell-1");
    expect(names()).toEqual(["b"]);
  });

  it("tells how many steps a parameter has taken", () => {
    const model = () => sample("x", dist.Normal(0, 1));
    const guide = () => sample("x", dist.Normal(param("loc", 0), 1));
    const svi = new SVI(model, guide, new Adam({ lr: 0.1 }), "ELBO");
    for (let i = 0; i < 3; i++) svi.step();
    const rows = paramStoreView(getParamStore()).data().rows;
    expect(rows.map(({ name, steps }) => [name, steps])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["loc", 3],
    ]);
  });

  it("shows the numbers in static tables too, where names are text", async () => {
    param(attack, [-1e30, 1]);
    const html = await paramStoreView(getParamStore(), { numbers: [attack, "b"] }).toHTML();
    expect(html.match(/alt="Numbers of /g)).toHaveLength(2);
    expect(isHarmless(html)).toBe(true);
  });

  it("refuses what is no store", () => {
    expect(() => paramStoreView([1] as never)).toThrow(/argument store of paramStoreView/);
  });
});

describe("a message of a page", () => {
  it.each([
    [{ tspyro: "param-open", name: "a" }],
    [{ tspyro: "param-save", file: "x.json" }],
    [{ tspyro: "input", name: "loc", value: 1 }],
    [{ tspyro: "settle" }],
    [{ tspyro: "lr", value: 2 }],
  ])("%j is a command", (content) => {
    expect(asCommand({ ...content, more: 1 })).toEqual(content);
  });
  it.each([
    [null],
    ["settle"],
    [{ tspyro: "param-open" }],
    [{ tspyro: "param-delete", name: 3 }],
    [{ tspyro: "param-save", file: "" }],
    [{ tspyro: "param-load", file: "a\0b" }],
    [{ tspyro: "param-load", file: "x".repeat(2000) }],
    [{ tspyro: "input", name: "loc", value: Number.NaN }],
    [{ tspyro: "scale", value: "cubic" }],
    [{ tspyro: "eval", value: "1" }],
  ])("%j is none", (content) => {
    expect(asCommand(content)).toBeUndefined();
  });
});
