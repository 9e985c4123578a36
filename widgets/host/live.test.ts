import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import { FakeComm, FakeHost, FakeSvi, vnd } from "../testing/fake-host.ts";
import { elboCurve } from "./elbo.ts";
import { setWidgetHost } from "./host.ts";
import { disposeWidgets, widgetCellEnd, widgetCellStart } from "./live-view.ts";
import { progressLine, showRunProgress } from "./progress.ts";
import type { RunSource } from "./sources.ts";
import { displaySymbol, liveSymbol } from "./types.ts";

let host: FakeHost;
let svi: FakeSvi;

beforeAll(async () => {
  await buildFront(process.cwd());
});
beforeEach(() => {
  host = new FakeHost();
  svi = new FakeSvi();
  setWidgetHost(host);
});
afterEach(() => {
  disposeWidgets();
  setWidgetHost(undefined);
});

async function show(displayId = "d1") {
  const bundle = await elboCurve(svi)[displaySymbol]({ displayId });
  const comm = host.opened.at(-1)?.comm;
  if (comm === undefined) throw new Error("no comm was opened");
  return { bundle, comm };
}

function updates(comm: FakeComm) {
  return comm.sent.filter(({ data }) => data.method === "update");
}

/** Waits until the last update says so: how often one is sent depends on what a picture costs here. */
const shows = (comm: FakeComm, run: object) =>
  vi.waitFor(() => expect(updates(comm).at(-1)?.data.state).toMatchObject({ run }), 5000);

describe("a live view", () => {
  it("opens a model that anywidget renders", async () => {
    const { bundle, comm } = await show();
    const [{ target, options } = { target: "", options: { data: {} } }] = host.opened;
    expect(target).toBe("jupyter.widget");
    expect(options.metadata).toEqual({ version: "2.1.0" });
    const { state, buffer_paths } = options.data as {
      state: Record<string, unknown>;
      buffer_paths: unknown[][];
    };
    expect(state).toMatchObject({
      _model_module: "anywidget",
      _model_name: "AnyModel",
      _view_module: "anywidget",
      _view_name: "AnyView",
      _view_count: null,
      view: "elbo-curve",
      controls: ["pause", "stop", "scale"],
    });
    expect(state._model_module_version).toMatch(/^\d+\.\*$/);
    expect(buffer_paths).toHaveLength(options.buffers?.length ?? -1);
    expect(buffer_paths[0]?.slice(0, 2)).toEqual(["data", "runs"]);
    expect(bundle[vnd]).toEqual({ version_major: 2, version_minor: 0, model_id: comm.id });
    expect(bundle["text/plain"]).toBe("ELBO curve: 0 steps");
    expect(String(state._esm).length).toBeLessThan(3000);
  });

  it("sends at most 20 updates a second, the last state among them", async () => {
    const { comm } = await show();
    const start = performance.now();
    for (let i = 1; i <= 60; i++) {
      svi.advance(1, 100);
      await wait(5);
    }
    await shows(comm, { step: 60, total: 100, done: false });
    const sent = updates(comm);
    // One at each 50 ms of however long that took, and one that was waiting.
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThanOrEqual((performance.now() - start) / 50 + 1);
  });

  it("becomes a static picture when the run ends, and its comm is closed", async () => {
    const { comm } = await show();
    svi.advance(50, 50, true);
    await widgetCellEnd();
    const last = host.displays.at(-1);
    expect(last).toMatchObject({ id: "d1", update: true });
    expect(last?.bundle).not.toHaveProperty([vnd]);
    expect(last?.bundle["text/html"]).toMatch(
      /^<img src="data:image\/svg\+xml;base64,[^"]+" alt="ELBO curve: 50 steps[^"]*"/,
    );
    expect(Buffer.from(String(last?.bundle["image/png"]), "base64").subarray(1, 4).toString()).toBe("PNG");
    expect(comm.closed).toBe(true);
    expect(updates(comm).at(-1)?.data.state).toMatchObject({ data: null });
  });

  it("stays live while the run goes on after the cell, and does not wait for the cell otherwise", async () => {
    const { comm } = await show();
    svi.advance(10, 50);
    await widgetCellEnd();
    expect(comm.closed).toBe(false);
    svi.advance(40, 50, true);
    await expect.poll(() => comm.closed, { timeout: 5000 }).toBe(true);
  });

  it("is a picture when its cell ends without a run, live again when a later cell runs", async () => {
    const { comm } = await show();
    await widgetCellEnd();
    expect(comm.closed).toBe(true);
    svi.advance(10, 50);
    expect(host.opened).toHaveLength(2);
    expect(host.displays.at(-1)?.bundle).toHaveProperty([vnd]);
    svi.advance(40, 50, true);
    await widgetCellEnd();
    expect(host.displays.at(-1)?.bundle).toHaveProperty("image/png");
  });

  it("becomes a picture when the run was interrupted", async () => {
    const { comm } = await show();
    svi.advance(10, 50);
    await widgetCellEnd({ interrupted: true });
    expect(comm.closed).toBe(true);
  });

  it("hands its buttons on and shows that the run is paused", async () => {
    const { comm } = await show();
    svi.advance(10, 50);
    const press = (content: unknown) => comm.receive({ method: "custom", content });
    for (const tspyro of ["pause", "resume", "stop", "step"]) press({ tspyro });
    press({ tspyro: "lr", value: 0.5 });
    press({ tspyro: "format the disk" });
    press({ tspyro: "lr", value: "x" });
    press(null);
    expect(host.commands).toEqual([
      { tspyro: "pause" },
      { tspyro: "resume" },
      { tspyro: "stop" },
      { tspyro: "step" },
      { tspyro: "lr", value: 0.5 },
    ]);
    press({ tspyro: "pause" });
    await shows(comm, { paused: true });
    svi.advance(1, 50);
    await shows(comm, { paused: true, step: 11 });
  });

  it("gives the browser module to a page that asks", async () => {
    const { comm } = await show();
    comm.receive({ method: "custom", content: { tspyro: "module", version: "x" } });
    const [answer = { data: {}, buffers: [] }] = comm.sent;
    const version = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(answer.data).toEqual({ method: "custom", content: { tspyro: "module", version } });
    expect(gunzipSync(answer.buffers[0] as Uint8Array).toString()).toContain("export{");
    const content = answer.data.content as { version: string };
    expect(host.opened[0]?.options.data).toMatchObject({
      state: { _esm: expect.stringContaining(content.version) },
    });
  });

  it("survives a reload: it answers for one model and for all", async () => {
    const { comm } = await show();
    comm.receive({ method: "request_state" });
    expect(comm.sent[0]?.data.state).toMatchObject({ _model_name: "AnyModel", view: "elbo-curve" });
    const control = new FakeComm("control");
    host.targets.get("jupyter.widget.control")?.(control, { data: {} });
    control.receive({ method: "request_states" });
    const [{ data, buffers } = { data: {}, buffers: [] }] = control.sent;
    expect(data.method).toBe("update_states");
    expect(data.states).toMatchObject({
      [comm.id]: { model_name: "AnyModel", model_module: "anywidget", state: { view: "elbo-curve" } },
    });
    const paths = data.buffer_paths as unknown[][];
    expect(paths).toHaveLength(buffers.length);
    expect(paths[0]?.slice(0, 3)).toEqual([comm.id, "state", "data"]);
  });

  it("stays as its last picture in a page that was reloaded, and goes on with the next run", async () => {
    const { comm } = await show();
    svi.advance(10, 50);
    const control = new FakeComm("control");
    host.targets.get("jupyter.widget.control")?.(control, { data: {} });
    control.receive({ method: "request_states" });
    svi.advance(40, 50, true);
    await widgetCellEnd();
    // For other pages there is a static picture.
    expect(host.displays.at(-1)?.bundle).toHaveProperty("image/png");
    expect(comm.closed).toBe(false);
    expect(updates(comm).at(-1)?.data.state).toMatchObject({ run: { step: 50, done: true } });
    expect(updates(comm).at(-1)?.data.state).not.toMatchObject({ data: null });
    svi.advance(5, 50);
    expect(host.opened).toHaveLength(1);
    expect(updates(comm).at(-1)?.data.state).toMatchObject({ run: { step: 55, done: false } });
    widgetCellStart("cell-1");
    expect(comm.closed).toBe(true);
  });

  it("is forgotten when its cell runs again", async () => {
    const { comm } = await show();
    widgetCellStart("another cell");
    expect(comm.closed).toBe(false);
    widgetCellStart("cell-1");
    expect(comm.closed).toBe(true);
    expect(svi.listeners).toBe(0);
    svi.advance(1, 10);
    expect(host.opened).toHaveLength(1);
  });

  it("shows itself where the host told no display id", async () => {
    const curve = elboCurve(svi);
    expect(curve[liveSymbol]).toBe(true);
    expect(await curve[displaySymbol]()).toEqual({});
    expect(host.displays).toMatchObject([{ update: false, bundle: { "text/plain": "ELBO curve: 0 steps" } }]);
  });

  it("costs a long run little: a snapshot after a million steps", async () => {
    const { comm } = await show();
    svi.losses = new Float32Array(1_000_000).fill(1);
    svi.advance(1, 2_000_000);
    await wait(300);
    svi.advance(1, 2_000_000);
    const start = performance.now();
    await wait(300);
    expect(updates(comm).length).toBeGreaterThan(0);
    const bytes =
      updates(comm)
        .at(-1)
        ?.buffers.reduce((sum, view) => sum + view.byteLength, 0) ?? 0;
    expect(bytes).toBeLessThan(20_000);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe("without a host", () => {
  it("every view is a static picture", async () => {
    setWidgetHost(undefined);
    svi.advance(20, 20, true);
    const bundle = await elboCurve(svi)[displaySymbol]();
    expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
  });
  it("an array of losses is never live", () => {
    expect(elboCurve([1, 2, 3])[liveSymbol]).toBe(false);
  });
});

describe("the progress of a run", () => {
  function runs() {
    const listeners = new Set<(run: RunSource) => void>();
    const end = showRunProgress((listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    });
    const source: RunSource = { total: 50, subscribe: (listener) => svi.subscribe(listener) };
    const begin = () => {
      for (const listener of listeners) listener(source);
    };
    return { end, begin, listeners };
  }

  it("is a bar that ends as one line", async () => {
    const { begin, end, listeners } = runs();
    begin();
    expect(host.displays[0]?.bundle).toHaveProperty([vnd]);
    svi.advance(50, 50, true);
    await widgetCellEnd();
    expect(host.displays.at(-1)?.bundle["text/html"]).toMatch(
      /^<div>50 steps in [\d.]+ s · [\d,.]+\/s · loss 0\.2<\/div>$/,
    );
    end();
    expect(listeners.size).toBe(0);
  });

  it("is not shown twice: a live curve in the same cell has the buttons", async () => {
    await show();
    const { begin } = runs();
    begin();
    expect(host.displays).toHaveLength(0);
  });

  it("says whether the steps were compiled, or why not, as text", async () => {
    const base = { step: 20, total: 20, loss: 1, rate: 9, done: true };
    expect(progressLine({ ...base, compiled: true }, 2)).toBe("20 steps in 2.0 s · 10/s · loss 1 · compiled");
    expect(progressLine({ ...base, step: 0, done: false }, 0)).toBe("0 of 20 steps");
    expect(progressLine({ ...base, step: 1, total: 1 }, 2)).toMatch(/^1 step in/);
    const { begin } = runs();
    begin();
    svi.advance(20, 20, true, { compiled: false, reason: "a <b> changes" });
    await widgetCellEnd();
    expect(host.displays.at(-1)?.bundle["text/html"]).toMatch(/ · eager: a &lt;b&gt; changes<\/div>$/);
  });

  it("says that a run was stopped", async () => {
    const { begin } = runs();
    begin();
    svi.advance(20, 50, true);
    await widgetCellEnd();
    expect(String(host.displays.at(-1)?.bundle["text/plain"])).toMatch(/^stopped after 20 of 50 steps in/);
  });
});
