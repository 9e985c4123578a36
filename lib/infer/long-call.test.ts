import { afterEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { setNoticeHook } from "../notice.ts";
import { sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { setRunControlFactory } from "./control.ts";
import { Importance } from "./importance.ts";
import { type CallEvent, type CallStart, LongCall, onCallStart } from "./long-call.ts";
import { Predictive } from "./predictive.ts";
import { Search } from "./search.ts";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const f of cleanUp.splice(0)) f();
});

const spend = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** What listeners hear; the stop button is pressed as soon as the call is announced. */
function listen({ stop = false } = {}) {
  const calls: CallStart[] = [];
  const events: CallEvent[] = [];
  const notices: string[] = [];
  let pressed = false;
  cleanUp.push(
    onCallStart((call) => {
      calls.push(call);
      call.subscribe((event) => events.push(event));
      pressed = stop;
    }),
    setRunControlFactory(({ stopOnly }) => ({
      poll: () => (pressed ? "stop" : "run"),
      lrScale: stopOnly === true ? 1 : Number.NaN,
    })),
    setNoticeHook((text) => notices.push(text)),
  );
  return { calls, events, notices };
}

const slow = () => {
  spend(25);
  return sample("z", new dist.Normal(0, 1));
};

describe("a long call", () => {
  it("is not announced where it is over in a moment", () => {
    const { calls, events } = listen();
    const call = new LongCall({ what: "it", unit: "draws", total: 100 });
    for (let i = 0; i < 100; i++) expect(call.goesOn(i)).toBe(true);
    call.end(100);
    expect(calls).toEqual([]);
    expect(events).toEqual([]);
  });

  it("tells how far it is, at most ten times a second, and that it is done", () => {
    const { calls, events } = listen();
    const call = new LongCall({ what: "it", unit: "draws", total: 90 });
    for (let i = 0; i < 90 && call.goesOn(i); i++) spend(10);
    call.end(90);
    expect(calls).toMatchObject([{ what: "it", unit: "draws", total: 90 }]);
    expect(events.length).toBeGreaterThan(1);
    // 400 ms of it are told of, on a machine that keeps its time.
    expect(events.filter(({ done }) => !done).length).toBeLessThan(12);
    expect(events.at(-1)).toMatchObject({ step: 90, done: true });
  });
});

describe("a stop keeps what there is", () => {
  it("of Predictive", () => {
    setSeed(1);
    const { calls, notices, events } = listen({ stop: true });
    const draws = new Predictive(slow, { numSamples: 60 }).run();
    const [count = 0] = draws.z?.shape ?? [];
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(60);
    expect(calls).toMatchObject([{ what: "Predictive", total: 60 }]);
    expect(events.at(-1)).toMatchObject({ step: count, done: true });
    expect(notices).toEqual([
      `Predictive was stopped after ${count} of 60 draws; what there is so far is kept.`,
    ]);
  });

  it("of Importance", () => {
    setSeed(1);
    const { calls } = listen({ stop: true });
    const posterior = new Importance(slow, { numSamples: 60 }).run();
    expect(posterior.execTraces.length).toBeLessThan(60);
    expect(posterior.getLogNormalizer()).toBeCloseTo(0, 5);
    expect(calls).toMatchObject([{ what: "Importance", unit: "executions", total: 60 }]);
  });

  it("of Search, which does not know how many there will be", () => {
    const { calls } = listen({ stop: true });
    const model = () => {
      spend(40);
      for (let i = 0; i < 8; i++) sample(`z${i}`, new dist.Bernoulli(0.5));
    };
    const posterior = new Search(model).run();
    expect(posterior.execTraces.length).toBeGreaterThan(0);
    expect(posterior.execTraces.length).toBeLessThan(256);
    expect(calls).toMatchObject([{ what: "Search", total: undefined }]);
  });
});
