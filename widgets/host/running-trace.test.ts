import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import * as dist from "../../lib/distributions/index.ts";
import { SVI } from "../../lib/infer/index.ts";
import { Adam } from "../../lib/optim/index.ts";
import { clearParamStore, param, sample } from "../../lib/primitives.ts";
import { setSeed } from "../../lib/tensor/index.ts";
import { FakeHost, vnd } from "../testing/fake-host.ts";
import type { TraceSitesData } from "../views/trace-sites.ts";
import { setWidgetHost } from "./host.ts";
import { disposeWidgets, widgetCellEnd } from "./live-view.ts";
import { traceView } from "./trace-view.ts";
import { displaySymbol } from "./types.ts";

let host: FakeHost;
beforeAll(async () => {
  await buildFront(process.cwd());
});
beforeEach(() => {
  clearParamStore();
  setSeed(1);
  host = new FakeHost();
  setWidgetHost(host);
});
afterEach(() => {
  disposeWidgets();
  setWidgetHost(undefined);
});

const model = (x: number) => {
  sample("x", new dist.Normal(sample("m", new dist.Normal(0, 10)), 1), { obs: x });
};
const guide = () => {
  sample("m", new dist.Normal(param("loc", 0), 0.1));
};
const learner = () => new SVI(model, guide, new Adam({ lr: 0.1 }), "ELBO");
const locOf = ({ sites }: TraceSitesData) => Number(sites.find(({ name }) => name === "loc")?.value);

/** Eager steps that let pictures be sent in between. */
const patient = {
  compile: false,
  progress: false,
  onStep: () => new Promise<void>((resolve) => void setTimeout(resolve, 1)),
} as const;

describe("the trace of an SVI", () => {
  it("follows a run, its buttons act, and it ends as a table at the last parameters", async () => {
    const svi = learner();
    await traceView(svi, { args: [3] })[displaySymbol]({ displayId: "t" });
    const [opened] = host.opened;
    expect(opened?.options.data).toMatchObject({
      state: { view: "trace-sites", controls: ["pause", "step", "stop"] },
    });
    await svi.run(400, { ...patient, args: [3] });
    const seen = (opened?.comm.sent ?? []).flatMap(
      ({ data }) => (data.state as { data?: TraceSitesData | null } | undefined)?.data ?? [],
    );
    expect(new Set(seen.map(locOf)).size, "pictures on the way").toBeGreaterThan(1);
    await widgetCellEnd();
    const last = host.displays.at(-1);
    expect(last).toMatchObject({ id: "t", update: true });
    expect(last?.bundle).not.toHaveProperty([vnd]);
    const learned = param("loc", 0).dataSync()[0] ?? Number.NaN;
    expect(learned).toBeGreaterThan(2);
    const told = /loc \(parameter\)\s+shape scalar\s+value ([\d.]+)/.exec(String(last?.bundle["text/html"]));
    expect(Number(told?.[1])).toBeCloseTo(learned, 2);
  });

  it("changes nothing of what is learned", async () => {
    const learn = async (watched: boolean) => {
      clearParamStore();
      setSeed(3);
      const svi = learner();
      if (watched) await traceView(svi, { args: [3] })[displaySymbol]({ displayId: "t" });
      await svi.run(100, { ...patient, args: [3] });
      return svi.losses.slice();
    };
    const alone = await learn(false);
    expect(await learn(true)).toEqual(alone);
    expect(host.opened[0]?.comm.sent.length, "traces on the way").toBeGreaterThan(0);
  });

  it("needs the arguments of the model", () => {
    expect(() => traceView(learner(), { args: [Number.NaN] })).toThrow(/NaN/);
    expect(traceView(learner(), { args: [3], title: "now" }).data).toMatchObject({ title: "now" });
  });
});
