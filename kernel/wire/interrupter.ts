import { Session } from "node:inspector";
import type { MemoryUse } from "./memory/guard.ts";
import { Activity, Cause, Memory, type Shared, Word } from "./shared.ts";

/** How long the flag has to take effect before V8 is asked. */
const patience = 300;
const secondLook = 150;
/** How long the kernel's own work in a cell may hold an interrupt up: longer than the library takes to load anywhere. */
const longest = 60_000;
/** The same for a cell's end, in which code that the cell has left behind may have its turn. */
const longestEnd = 2000;

export interface InterrupterHooks {
  tellMain(sequence: number): void;
  terminated(spell: number): void;
  /** The request that main works on. */
  running(): number | undefined;
}

/** One interrupt, until it has taken effect. */
interface Asked {
  /** The request that was meant; undefined where it is whatever takes the memory. */
  readonly run: number | undefined;
  readonly spell: number;
  readonly sequence: number;
  readonly force: boolean;
  /** How many interrupts main had noticed before. */
  readonly heard: number;
}

/**
 * Stops user code. First by the flag that it reads at the back-edges of its loops, which throws something that
 * can be caught; where that has no effect and main's event loop does not turn, by V8's terminate. The kernel's own
 * work in between is waited for.
 */
export class Interrupter {
  readonly #words: Shared["words"];
  readonly #memory: Shared["memory"];
  readonly #hooks: InterrupterHooks;
  #session: Session | undefined;
  #sequence = 0;
  #acknowledged = 0;
  #previous = { spell: -1, consumed: false };

  constructor({ words, memory }: Shared, hooks: InterrupterHooks) {
    this.#words = words;
    this.#memory = memory;
    this.#hooks = hooks;
  }

  /** Opens the way to main's inspector; it must be there before main is busy. */
  connect(): void {
    if (this.#session !== undefined) return;
    const session = new Session();
    session.connectToMainThread();
    this.#session = session;
  }

  disconnect(): void {
    this.#session?.disconnect();
    this.#session = undefined;
  }

  acknowledge(sequence: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
  }

  /** @param run the request that main works on, also where its code has not begun */
  interrupt(run?: number): void {
    if (Atomics.load(this.#words, Word.activity) === Activity.idle) {
      this.#wake();
      if (run === undefined) return;
      Atomics.store(this.#words, Word.asked, run);
      if (Atomics.load(this.#words, Word.activity) === Activity.idle) return;
      // It has begun this very moment: either it has seen that it was asked, or it is told now.
      if (Atomics.compareExchange(this.#words, Word.asked, run, 0) !== run) return;
    }
    this.#interrupt(Cause.user, run);
  }

  /** Main stands at a breakpoint, where it sees no flag. */
  interruptStanding(): void {
    Atomics.store(this.#words, Word.cause, Cause.user);
    this.#terminate(Atomics.load(this.#words, Word.spell), Atomics.load(this.#words, Word.activity));
  }

  /** The cell takes too much; with `force` there is no time to ask it. */
  outOfMemory({ used, limit, taken, left = Number.NaN }: MemoryUse, force: boolean): void {
    for (const [key, value] of Object.entries({ used, limit, taken, left }))
      this.#memory[Memory[key as keyof typeof Memory]] = value;
    if (!force) return this.#interrupt(Cause.memory);
    Atomics.store(this.#words, Word.cause, Cause.memory);
    this.#terminate(Atomics.load(this.#words, Word.spell), Activity.running);
  }

  #interrupt(cause: number, run?: number): void {
    const spell = Atomics.load(this.#words, Word.spell);
    // Code that caught the first one and goes on is not asked a second time.
    const force = this.#previous.spell === spell && this.#previous.consumed;
    const heard = Atomics.load(this.#words, Word.heard);
    Atomics.store(this.#words, Word.cause, cause);
    Atomics.store(this.#words, Word.interrupt, 1);
    // Main may sleep in a prompt.
    Atomics.notify(this.#words, Word.input);
    this.#ping();
    const asked = { run, spell, sequence: this.#sequence, force, heard };
    setTimeout(() => this.#look(asked), patience);
  }

  /** No cell runs. If main does not hear, it is in a loop of a timer or the like, which sees the flag. */
  #wake(): void {
    this.#ping();
    const sequence = this.#sequence;
    setTimeout(() => {
      const idle = Atomics.load(this.#words, Word.activity) === Activity.idle;
      if (idle && this.#acknowledged < sequence) Atomics.store(this.#words, Word.interrupt, 1);
    }, patience);
  }

  #ping(): void {
    this.#hooks.tellMain(++this.#sequence);
  }

  /** The flag was raised when something else came to its end, which took it down: the cell has not begun or goes on. */
  #askAgain({ run, heard }: Asked): void {
    if (run === undefined || this.#hooks.running() !== run) return;
    if (Atomics.load(this.#words, Word.heard) === heard) this.interrupt(run);
  }

  #look(asked: Asked, waited = 0): void {
    const { spell, sequence, force } = asked;
    if (Atomics.load(this.#words, Word.spell) !== spell) return this.#askAgain(asked);
    const activity = Atomics.load(this.#words, Word.activity);
    const most = Atomics.load(this.#words, Word.settled) > 0 ? longestEnd : longest;
    if (activity === Activity.own && waited < most) {
      const next = waited + secondLook;
      setTimeout(() => this.#look(asked, next), secondLook);
      return;
    }
    if (activity === Activity.idle) return this.#askAgain(asked);
    if (activity !== Activity.running && activity !== Activity.own) return;
    const consumed = Atomics.load(this.#words, Word.interrupt) === 0;
    this.#previous = { spell, consumed };
    if (consumed && !force) return;
    if (this.#acknowledged >= sequence) {
      // Its event loop turned a moment ago: main ends the cell by itself, unless it got stuck since.
      this.#ping();
      const next = { ...asked, sequence: this.#sequence };
      setTimeout(() => this.#look(next), secondLook);
      return;
    }
    this.#terminate(spell, activity, !force);
    // One that was kept from the kernel's own work may have ended nothing.
    setTimeout(() => this.#look({ ...asked, force: false }), patience);
  }

  /** @param asks there is no need for it where the flag has just been seen */
  #terminate(spell: number, activity: number, asks = false): void {
    if (this.#session === undefined) return;
    const words = this.#words;
    if (Atomics.compareExchange(words, Word.activity, activity, Activity.terminating) !== activity) return;
    const goOn = (next: number) =>
      void Atomics.compareExchange(words, Word.activity, Activity.terminating, next);
    if (asks && Atomics.load(words, Word.interrupt) === 0) return goOn(activity);
    this.#session.post("Runtime.terminateExecution", (error) => {
      if (error === null) Atomics.store(words, Word.interrupt, 0);
      goOn(Activity.running);
      // V8 refuses a second one while the first is under way.
      if (error === null) this.#hooks.terminated(spell);
    });
  }
}
