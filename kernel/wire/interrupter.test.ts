import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Interrupts } from "../execute/interrupts.ts";
import { Interrupter } from "./interrupter.ts";
import { createShared, openShared } from "./shared.ts";

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
  return { main, wire, now, notices };
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
});
