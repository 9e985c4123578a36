import { AsyncLocalStorage } from "node:async_hooks";
import { Activity, Cause, Memory, type Shared, Word } from "../wire/shared.ts";
import { intrinsic } from "./intrinsics.ts";
import { KeyboardInterrupt } from "./keyboard-interrupt.ts";
import { MemoryLimitError } from "./memory-limit.ts";

/** How long code that awaits has to notice the flag by itself. */
const patience = 250;
/** How long a terminate that was sent may take to strike code that does nothing but wait for it. */
const late = 2000;

export interface InterruptHooks {
  acknowledge(sequence: number): void;
  /** Stands still until a terminate that is under way has struck. */
  absorb(isPending: () => boolean): void;
}

interface WaitingCell {
  reject(error: unknown): void;
  /** What its own awaits wait through. */
  readonly waiting: Set<{ reject(error: unknown): void }>;
}

/** A cell whose code has not begun, which notices by a poll of the kernel's own. */
const beginning: WaitingCell = { reject: () => {}, waiting: new Set() };

/** Main's side of interrupts: spells of user code, and the end of a cell that waits for something. */
export class Interrupts {
  readonly words: Shared["words"];
  readonly #hooks: InterruptHooks;
  readonly #memory: Shared["memory"];
  readonly #byForce = new WeakSet<object>();
  /** Cells that run or wait; of each subshell there may be one. */
  readonly #cells = new Set<WaitingCell>();
  readonly #context = new AsyncLocalStorage<WaitingCell>();
  /** The cell that has noticed the latest interrupt by itself. */
  #noticed: WaitingCell | undefined;
  #depth = 0;
  /** How much work of the kernel's own is under way. */
  #own = 0;
  /** What runs at once and says when V8 has ended it. */
  #callback: { ended(): void } | undefined;
  /** An end by force did not come while it was waited for: it may strike what runs by then. */
  #overdue = false;
  /** How many interrupts code had noticed when an end by force was kept from the kernel's own work. */
  #absorbed: number | undefined;

  constructor({ words, memory }: Shared, hooks: InterruptHooks) {
    this.words = words;
    this.#memory = memory;
    this.#hooks = hooks;
  }

  /** Called where the flag was seen; the flag is taken back, so that code which catches can go on. */
  thrown(from: (...values: never[]) => unknown = this.thrown): KeyboardInterrupt {
    Atomics.store(this.words, Word.interrupt, 0);
    this.#noticed = this.#context.getStore() ?? beginning;
    const error = this.#reason();
    // The first frame is where the code stood, not the kernel's.
    Error.captureStackTrace(error, from);
    return error;
  }

  /** The end of code that V8 has ended: no `finally` has seen it. */
  ended(): KeyboardInterrupt {
    const error = this.#reason();
    this.#byForce.add(error);
    return error;
  }

  hasEnded(error: unknown): boolean {
    return error instanceof KeyboardInterrupt && this.#byForce.has(error);
  }

  #reason(): KeyboardInterrupt {
    Atomics.add(this.words, Word.heard, 1);
    const cause = Atomics.exchange(this.words, Word.cause, Cause.user);
    if (cause !== Cause.memory) return new KeyboardInterrupt();
    const value = (index: number) => this.#memory[index] ?? Number.NaN;
    const left = value(Memory.left);
    return new MemoryLimitError({
      ...{ used: value(Memory.used), limit: value(Memory.limit), taken: value(Memory.taken) },
      left: Number.isNaN(left) ? undefined : left,
    });
  }

  /** For library loops. @throws KeyboardInterrupt */
  poll(): void {
    if (this.words[Word.interrupt] !== 0) throw this.thrown(this.poll);
  }

  /** User code begins, that of the request `run`: the flag is up where that was asked to stop before. */
  enter(run?: number): void {
    if (this.#depth++ > 0) return;
    Atomics.store(this.words, Word.interrupt, 0);
    Atomics.store(this.words, Word.cause, Cause.user);
    Atomics.add(this.words, Word.spell, 1);
    Atomics.store(this.words, Word.activity, this.#own > 0 ? Activity.own : Activity.running);
    // Last, because the wire thread asks first and then looks whether the code has begun.
    if (run !== undefined && Atomics.compareExchange(this.words, Word.asked, run, 0) === run)
      Atomics.store(this.words, Word.interrupt, 1);
  }

  /** User code has ended; `terminated` says that V8 ended it. */
  leave(terminated = false): void {
    if (Atomics.load(this.words, Word.settled) > 0) {
      Atomics.sub(this.words, Word.settled, 1);
      this.#disown();
    }
    if (--this.#depth > 0) return;
    const before = Atomics.compareExchange(this.words, Word.activity, Activity.running, Activity.idle);
    if (before === Activity.terminating && !terminated) this.#absorb();
    Atomics.store(this.words, Word.activity, Activity.idle);
    Atomics.store(this.words, Word.interrupt, 0);
    this.#noticed = undefined;
  }

  /**
   * As `enter`, and keeps force away until what is returned is called, or `race` has the cell: V8 drops the microtasks
   * that wait behind code which it ends, and nobody else would know that the kernel's own was among them.
   */
  prepare(run: number): () => void {
    this.enter(run);
    this.#protect();
    let begun = false;
    return () => {
      if (begun) return;
      begun = true;
      this.#disown();
    };
  }

  /** A call of the user's from outside any cell. One that V8 ends never comes back; `after` is called all the same. */
  callback(work: () => void, after: (terminated: boolean) => void): void {
    const through = (terminated: boolean) => {
      if (this.#callback !== call) return;
      this.#callback = undefined;
      this.leave(terminated);
      after(terminated);
    };
    const call = { ended: () => through(true) };
    this.enter();
    this.#callback = call;
    try {
      work();
    } finally {
      through(false);
    }
  }

  /**
   * Does what V8 must not end half-way. A module whose first evaluation was ended never loads again: whoever asks for
   * it waits for ever. The flag stays up meanwhile, for the code that comes next.
   */
  undisturbed = async <T>(work: () => Promise<T>): Promise<T> => {
    this.#protect();
    try {
      return await work();
    } finally {
      this.#disown();
    }
  };

  /** The same for work that ends at once. */
  shield = <T>(work: () => T): T => {
    this.#protect();
    try {
      return work();
    } finally {
      this.#disown();
    }
  };

  /** Code of the user's that runs now, also while something is being loaded. */
  exposed<T>(code: () => T): T {
    Atomics.compareExchange(this.words, Word.activity, Activity.own, Activity.running);
    try {
      return code();
    } finally {
      if (this.#own > 0) this.#keepAway();
      else if (Atomics.load(this.words, Word.activity) === Activity.terminating) this.#absorb();
    }
  }

  #protect(): void {
    if (this.#own++ === 0) this.#keepAway();
  }

  #disown(): void {
    if (--this.#own === 0) Atomics.compareExchange(this.words, Word.activity, Activity.own, Activity.running);
  }

  #keepAway(): void {
    const before = Atomics.compareExchange(this.words, Word.activity, Activity.running, Activity.own);
    if (before !== Activity.terminating) return;
    this.#absorb();
    // The flag is still up, for the code that comes next.
    this.#absorbed = Atomics.load(this.words, Word.heard);
    Atomics.store(this.words, Word.activity, Activity.own);
  }

  /** One that has struck where nobody noticed strikes no more, and is not told of before this returns. */
  #absorb(): void {
    const end = performance.now() + late;
    const isPending = () => Atomics.load(this.words, Word.activity) === Activity.terminating;
    this.#hooks.absorb(() => isPending() && performance.now() < end);
    this.#overdue ||= isPending();
  }

  /**
   * Settles as `work` does, or rejects when the cell is interrupted while it waits. The work has a turn of its own: an end
   * by force that strikes a moment late, when the code has just come to its end, ends whatever is on the stack for good.
   */
  async race<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = intrinsic.Promise.withResolvers<T>();
    let open = true;
    // From here on there is code of the kernel's only.
    const settling =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        if (!open) return;
        open = false;
        Atomics.add(this.words, Word.settled, 1);
        this.#protect();
        settle(value);
      };
    const cell: WaitingCell = { reject: settling(reject), waiting: new Set() };
    this.#cells.add(cell);
    void intrinsic.Promise.resolve()
      .then(() => this.#context.run(cell, work))
      .then(settling(resolve), cell.reject);
    try {
      return await promise;
    } finally {
      this.#cells.delete(cell);
      cell.waiting.clear();
    }
  }

  /** Work of the kernel's that waits for something, as if it were code of a cell. */
  async interruptible<T>(work: () => Promise<T>, run?: number): Promise<T> {
    this.enter(run);
    try {
      this.poll();
      const found = await this.race(work);
      // What came meanwhile is meant for what follows.
      this.poll();
      return found;
    } finally {
      this.leave();
    }
  }

  /**
   * What the cell's own `await` waits through: an interrupt throws there, where it can be caught. It also keeps alive
   * what is waited for, because nobody else may.
   */
  wait(value: unknown): unknown {
    const cell = this.#context.getStore();
    if (!isThenable(value) || cell === undefined) return value;
    return new intrinsic.Promise((resolve, reject) => {
      const waiting = { reject };
      cell.waiting.add(waiting);
      const settled = () => cell.waiting.delete(waiting);
      value.then(
        (result) => {
          settled();
          resolve(result);
        },
        (error) => {
          settled();
          reject(error);
        },
      );
    });
  }

  /** The same for `for await`. */
  each(values: unknown): unknown {
    const source = values as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
    // What cannot be iterated is left for `for await` to complain about.
    if (iterator === undefined) return values;
    const forward = (method: "next" | "return") =>
      iterator[method] === undefined
        ? {}
        : { [method]: (...rest: []) => intrinsic.Promise.resolve(this.wait(iterator[method]?.(...rest))) };
    return { [Symbol.asyncIterator]: () => ({ ...forward("next"), ...forward("return") }) };
  }

  /** The wire thread's word that the user wants to stop. That it arrives means that no code is running. */
  requested(sequence: number): void {
    this.#hooks.acknowledge(sequence);
    // It was meant for what is through by now.
    if (this.#depth === 0) Atomics.store(this.words, Word.interrupt, 0);
    const cells = [...this.#cells];
    if (cells.length === 0) return;
    setTimeout(() => {
      const unheard = Atomics.load(this.words, Word.interrupt) !== 0;
      const noticed = this.#noticed;
      // What one cell has noticed is meant for those beside it too.
      const meant = cells.filter(
        (cell) => this.#cells.has(cell) && (unheard || (noticed !== undefined && noticed !== cell)),
      );
      for (const cell of meant) this.#end(cell);
      this.#noticed = undefined;
    }, patience);
  }

  #end(cell: WaitingCell): void {
    const waiting = [...cell.waiting];
    cell.waiting.clear();
    if (waiting.length === 0) cell.reject(this.thrown());
    for (const { reject } of waiting) reject(this.thrown());
  }

  /** V8 has ended what ran; a cell that stood behind an `await` would never settle. */
  terminated(spell: number): void {
    // Whoever still calls at this time never came back.
    this.#callback?.ended();
    const absorbed = this.#absorbed;
    this.#absorbed = undefined;
    const overdue = this.#overdue;
    this.#overdue = false;
    if (spell !== Atomics.load(this.words, Word.spell) && !overdue) return;
    // It has ended nothing, and the code behind it has seen the flag.
    if (absorbed !== undefined && Atomics.load(this.words, Word.heard) > absorbed) return;
    // A cell that was ended within its first turn says so by itself, a moment before.
    const alone = this.#cells.size === 1;
    for (const cell of this.#cells) {
      // What waits beside the one that V8 has ended can be told, and run its `finally`.
      if (alone || cell.waiting.size === 0) cell.reject(this.ended());
      else this.#end(cell);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    "then" in value &&
    typeof value.then === "function"
  );
}
