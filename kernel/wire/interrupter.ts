import { Session } from "node:inspector";
import { Activity, type Shared, Word } from "./shared.ts";

/** How long the flag has to take effect before V8 is asked. */
const patience = 300;
const secondLook = 150;

export interface InterrupterHooks {
  tellMain(sequence: number): void;
  terminated(spell: number): void;
}

/**
 * Stops user code. First by the flag that it reads at the back-edges of its loops, which throws something that
 * can be caught; where that has no effect and main's event loop does not turn, by V8's terminate.
 */
export class Interrupter {
  readonly #words: Shared["words"];
  readonly #hooks: InterrupterHooks;
  #session: Session | undefined;
  #sequence = 0;
  #acknowledged = 0;
  #previous = { spell: -1, consumed: false };

  constructor({ words }: Shared, hooks: InterrupterHooks) {
    this.#words = words;
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

  interrupt(): void {
    if (Atomics.load(this.#words, Word.activity) !== Activity.running) return;
    const spell = Atomics.load(this.#words, Word.spell);
    // Code that caught the first one and goes on is not asked a second time.
    const force = this.#previous.spell === spell && this.#previous.consumed;
    Atomics.store(this.#words, Word.interrupt, 1);
    // Main may sleep in a prompt.
    Atomics.notify(this.#words, Word.input);
    this.#ping();
    setTimeout(() => this.#look(spell, this.#sequence, force), patience);
  }

  #ping(): void {
    this.#hooks.tellMain(++this.#sequence);
  }

  #look(spell: number, sequence: number, force: boolean): void {
    const running =
      Atomics.load(this.#words, Word.activity) === Activity.running &&
      Atomics.load(this.#words, Word.spell) === spell;
    if (!running) return;
    const consumed = Atomics.load(this.#words, Word.interrupt) === 0;
    this.#previous = { spell, consumed };
    if (consumed && !force) return;
    if (this.#acknowledged >= sequence) {
      // Its event loop turned a moment ago: main ends the cell by itself, unless it got stuck since.
      this.#ping();
      const next = this.#sequence;
      setTimeout(() => this.#look(spell, next, force), secondLook);
      return;
    }
    this.#terminate(spell);
  }

  #terminate(spell: number): void {
    const before = Atomics.compareExchange(
      this.#words,
      Word.activity,
      Activity.running,
      Activity.terminating,
    );
    if (before !== Activity.running || this.#session === undefined) return;
    this.#session.post("Runtime.terminateExecution", () => {
      Atomics.store(this.#words, Word.interrupt, 0);
      Atomics.compareExchange(this.#words, Word.activity, Activity.terminating, Activity.running);
      this.#hooks.terminated(spell);
    });
  }
}
