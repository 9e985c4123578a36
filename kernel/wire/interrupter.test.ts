import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Interrupts } from "../execute/interrupts.ts";
import { Interrupter } from "./interrupter.ts";
import { Activity, createShared, openShared, Word } from "./shared.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Both sides on one thread, which takes turns as the test says. */
function bothSides() {
  const shared = openShared(createShared());
  const main = new Interrupts(shared, { acknowledge: () => {}, absorb: () => {} });
  const now: { run: number | undefined } = { run: 7 };
  const wire = new Interrupter(shared, { tellMain: () => {}, terminated: () => {}, running: () => now.run });
  const notices = () => {
    try {
      main.poll();
      return false;
    } catch {
      return true;
    }
  };
  const activity = () => shared.words[Word.activity];
  return { main, wire, now, notices, activity, words: shared.words };
}

describe("an interrupt", () => {
  it("of a cell whose code has not begun is noticed when it begins", () => {
    const { main, wire, notices } = bothSides();
    wire.interrupt(7);
    main.enter(7);
    expect(notices()).toBe(true);
    expect(notices()).toBe(false);
  });

  it.each([
    ["when its cell is taken apart", 7],
    ["when a message of a widget is worked on", undefined],
  ])("that comes %s, with no look at the flag any more, is asked for again", (_, before) => {
    const { main, wire, notices } = bothSides();
    main.enter(before);
    wire.interrupt(7);
    main.leave();
    main.enter(7);
    expect(notices()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(notices()).toBe(true);
    // Once.
    vi.advanceTimersByTime(5000);
    expect(notices()).toBe(false);
  });

  it("that comes so before the cell begins waits for it", () => {
    const { main, wire, notices } = bothSides();
    main.enter();
    wire.interrupt(7);
    main.leave();
    vi.advanceTimersByTime(5000);
    main.enter(7);
    expect(notices()).toBe(true);
  });

  it.each([
    ["has ended", undefined],
    ["is followed by another", 8],
  ])("of a cell that %s is meant for nobody else", (_, run) => {
    const { main, wire, now, notices } = bothSides();
    main.enter(7);
    wire.interrupt(7);
    main.leave();
    now.run = run;
    main.enter(8);
    vi.advanceTimersByTime(5000);
    expect(notices()).toBe(false);
  });

  it("reaches a loop that no cell runs, where main does not hear", () => {
    const { wire, words } = bothSides();
    wire.interrupt();
    expect(words[Word.interrupt]).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(words[Word.interrupt]).toBe(1);
  });

  it("is not left for later where main hears and nothing runs", () => {
    const { main, wire, words } = bothSides();
    wire.interrupt();
    wire.acknowledge(1);
    vi.advanceTimersByTime(1000);
    expect(words[Word.interrupt]).toBe(0);
    words[Word.interrupt] = 1;
    main.requested(2);
    expect(words[Word.interrupt]).toBe(0);
  });
});

describe("force", () => {
  it("is kept away from what the kernel does before and after the code of a cell", async () => {
    const { main, activity } = bothSides();
    const begin = main.prepare(7);
    expect(activity()).toBe(Activity.own);
    const seen: unknown[] = [];
    await main.race(async () => {
      begin();
      seen.push(activity());
    });
    expect([...seen, activity()]).toEqual([Activity.running, Activity.own]);
    main.leave();
    expect(activity()).toBe(Activity.idle);
  });

  it.each(["requested", "terminated"] as const)("is so also where a cell is ended by %s", async (how) => {
    const { main, activity, words } = bothSides();
    main.prepare(7)();
    const cell = main.race(() => new Promise(() => {}));
    words[Word.interrupt] = 1;
    if (how === "requested") main.requested(1);
    else main.terminated(words[Word.spell] ?? 0);
    vi.advanceTimersByTime(1000);
    await expect(cell).rejects.toThrow("interrupted");
    expect(activity()).toBe(Activity.own);
    main.leave();
    expect([activity(), words[Word.settled]]).toEqual([Activity.idle, 0]);
  });

  it("that is under way spends itself before the kernel's own work; the code after it sees the flag", () => {
    const { main, activity, words, notices } = bothSides();
    main.enter(7);
    words[Word.interrupt] = 1;
    words[Word.activity] = Activity.terminating;
    expect(main.shield(activity)).toBe(Activity.own);
    expect(activity()).toBe(Activity.running);
    expect(notices()).toBe(true);
  });

  it("that ends a call from outside of the cells leaves nothing behind", () => {
    const { main, activity, words } = bothSides();
    const after: boolean[] = [];
    // Such a call never comes back, which is told by a message.
    const never = () => main.terminated(words[Word.spell] ?? 0);
    main.callback(never, (terminated) => after.push(terminated));
    expect([after, activity()]).toEqual([[true], Activity.idle]);
    main.callback(
      () => {},
      (terminated) => after.push(terminated),
    );
    expect([after, activity()]).toEqual([[true, false], Activity.idle]);
  });
});
