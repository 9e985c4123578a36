import { expect, test } from "vitest";
import { Activity, createShared, openShared, Word } from "../wire/shared.ts";
import { Interrupts } from "./interrupts.ts";
import { KeyboardInterrupt } from "./keyboard-interrupt.ts";

/** A cell that never settles, behind one that came to its end as V8 was asked to end it. */
function behindAnEnd({ strikesInTime }: { strikesInTime: boolean }) {
  const shared = openShared(createShared());
  const absorb = () => {
    if (strikesInTime) Atomics.store(shared.words, Word.activity, Activity.running);
  };
  const interrupts = new Interrupts(shared, { acknowledge: () => {}, absorb });
  interrupts.enter(1);
  const spell = Atomics.load(shared.words, Word.spell);
  Atomics.store(shared.words, Word.activity, Activity.terminating);
  interrupts.leave();
  interrupts.enter(2);
  const next = interrupts.race(() => new Promise<string>((resolve) => setTimeout(resolve, 20, "whole")));
  const told = new Promise<void>((resolve) => {
    // The cell's code has its own turn.
    setImmediate(() => {
      interrupts.terminated(spell);
      resolve();
    });
  });
  return { next, told };
}

test("an end by force that strikes the next cell, because it came too late, is that cell's end", async () => {
  const { next, told } = behindAnEnd({ strikesInTime: false });
  await Promise.all([expect(next).rejects.toBeInstanceOf(KeyboardInterrupt), told]);
});

test("one that struck while it was waited for leaves the next cell alone", async () => {
  const { next, told } = behindAnEnd({ strikesInTime: true });
  await told;
  expect(await next).toBe("whole");
});
